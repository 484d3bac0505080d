import { useComputedColorScheme } from '@mantine/core';
import { HighlightStyle, syntaxHighlighting, type LanguageSupport } from '@codemirror/language';
import { lintGutter, linter, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';

/** Something to say about a place of the text; lines and columns count from 1. */
export type Remark = { line: number; column: number; message: string; severity: 'error' | 'warning' };

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.keyword], color: 'var(--busy)' },
    { tag: [tags.string, tags.content], color: 'var(--good)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
    { tag: [tags.comment, tags.meta], color: 'var(--quiet)' },
  ]),
);

const look = (isDark: boolean): Extension =>
  EditorView.theme(
    {
      '&': { fontSize: '13px', border: '1px solid var(--line)', borderRadius: '4px' },
      '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)' },
      '.cm-content, .cm-gutter': { fontFamily: 'var(--mantine-font-family-monospace)' },
      '.cm-gutters': { background: 'var(--rail)', color: 'var(--quiet)', border: 'none' },
      '.cm-scroller': { minHeight: '16em', maxHeight: '60vh' },
      '.cm-activeLine, .cm-activeLineGutter': { background: 'transparent' },
      '.cm-tooltip': { background: 'var(--mantine-color-body)', border: '1px solid var(--line)' },
      '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
    },
    { dark: isDark },
  );

/**
 * A text with line numbers and colours. Tab moves on, as everywhere; what `remark` says of the text is drawn at its place a moment
 * after the last key.
 */
export function CodeEditor({
  label,
  initial,
  language,
  onChange,
  onSubmit,
  remark,
}: {
  label: string;
  initial: string;
  language: LanguageSupport;
  onChange: (text: string) => void;
  /** Ctrl-Enter. */
  onSubmit?: () => void;
  remark?: (text: string) => Promise<Remark[]>;
}) {
  const scheme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const theme = useRef(new Compartment());
  const now = useRef({ initial, language, onChange, onSubmit, remark, label, scheme });
  now.current = { ...now.current, onChange, onSubmit, remark };
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const { initial, language, label, scheme } = now.current;
    const editor = new EditorView({
      parent: element,
      state: EditorState.create({
        doc: initial,
        extensions: [
          basicSetup,
          language,
          colours,
          theme.current.of(look(scheme === 'dark')),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.onChange(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({
            keydown: (event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return false;
              now.current.onSubmit?.();
              return true;
            },
          }),
          lintGutter(),
          linter(
            async ({ state: { doc } }) =>
              diagnosticsOf(doc, (await now.current.remark?.(doc.toString())) ?? []),
            {
              delay: 500,
            },
          ),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: theme.current.reconfigure(look(scheme === 'dark')) });
  }, [scheme]);
  return <div ref={host} />;
}

function diagnosticsOf(doc: Text, remarks: readonly Remark[]): Diagnostic[] {
  return remarks.map(({ line, column, message, severity }) => {
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
    return { from: Math.min(to, from + Math.max(0, column - 1)), to, message, severity };
  });
}
