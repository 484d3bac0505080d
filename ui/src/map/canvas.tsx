import { useComputedColorScheme } from '@mantine/core';
import {
  Background,
  Controls,
  Handle,
  Position,
  ReactFlow,
  type Edge,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { State } from '../view/state.tsx';
import { amount } from '../words/format.ts';
import { kindWords, type MapGraph, type MapNode } from './graph-of.ts';
import { t } from '../words/t.ts';

type Card = Node<MapNode, 'card'>;
const columns = [0, 170, 390, 690, 930];
/** From these no line goes on. */
const ends: readonly MapNode['kind'][] = ['instance', 'network', 'volume'];
const rowHeight = 78;
const nodeTypes = { card: CardNode };

/** The graph drawn; a node opens the page of its app. Nothing can be done here that only dragging can do. */
export function Canvas({ graph }: { graph: MapGraph }) {
  const scheme = useComputedColorScheme('light');
  const navigate = useNavigate();
  const nodes = useMemo(() => graph.nodes.map(cardOf), [graph]);
  const edges = useMemo(() => graph.edges.map(lineOf), [graph]);
  return (
    <div className="card" style={{ height: '68vh', padding: 0 }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={scheme}
        fitView
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        proOptions={{ hideAttribution: true }}
        aria-label={t('Map of what talks to what; the list beside it says the same')}
        onNodeClick={(_, { data: { app } }) => {
          if (app !== null) void navigate({ to: '/apps/$app', params: { app } });
        }}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function CardNode({ data: { kind, label, detail, state, column } }: NodeProps<Card>) {
  return (
    <div className="map-node" data-kind={kind}>
      {column === 0 ? null : <Handle type="target" position={Position.Left} isConnectable={false} />}
      <strong>{label}</strong>
      {detail === '' ? null : (
        <span className="quiet">{column < 4 ? detail : `${t(kindWords[kind])} · ${detail}`}</span>
      )}
      {state === null ? null : <State state={state} />}
      {ends.includes(kind) ? null : <Handle type="source" position={Position.Right} isConnectable={false} />}
    </div>
  );
}

function cardOf(node: MapNode): Card {
  return {
    id: node.id,
    type: 'card',
    position: { x: columns[node.column] ?? 0, y: node.row * rowHeight },
    data: node,
    ariaLabel: `${t(kindWords[node.kind])} ${node.label}, ${[node.detail, node.state].filter(Boolean).join(', ')}`,
  };
}

function lineOf({ id, from, to, perSecond }: MapGraph['edges'][number]): Edge {
  const flows = perSecond !== null && perSecond > 0;
  return {
    id,
    source: from,
    target: to,
    ...(flows ? { label: amount(perSecond) } : {}),
    style: {
      // A network or a volume is used; nothing is measured on the way to it.
      ...(/\/(network|volume)\/[^>]*$/.test(to) ? { strokeDasharray: '3 4' } : {}),
      strokeWidth: flows ? Math.min(8, 1.5 + Math.log10(1 + perSecond) * 2) : 1,
    },
  };
}
