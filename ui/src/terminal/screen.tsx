import { Text, useComputedColorScheme } from '@mantine/core';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState } from 'react';
import { openSession, type Place } from './open-session.ts';
import { t } from '../words/t.ts';

const themes = {
  light: { background: '#ffffff', foreground: '#212529', cursor: '#c2410c', selectionBackground: '#ffd8a8' },
  dark: { background: '#1a1b1e', foreground: '#c9c9c9', cursor: '#ffa94d', selectionBackground: '#7c2d12' },
} as const;

/** The terminal itself. What the instance writes is drawn as characters and nothing else: links and clipboard are off. */
export function Screen({ place }: { place: Place }) {
  const host = useRef<HTMLDivElement>(null);
  const first = useRef(place);
  const [end, setEnd] = useState<string | null>(null);
  const scheme = useComputedColorScheme('light');
  const screen = useRef<Terminal>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const terminal = new Terminal({
      fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace',
      fontSize: 13,
      scrollback: 5_000,
      screenReaderMode: true,
      linkHandler: { activate: () => undefined },
      theme: themes.light,
    });
    screen.current = terminal;
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(element);
    fit.fit();
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.key !== 'Escape' || !event.ctrlKey || !event.shiftKey) return true;
      terminal.blur();
      document.getElementById('after-terminal')?.focus();
      return false;
    });
    const session = openSession(
      first.current,
      { rows: terminal.rows, columns: terminal.cols },
      { bytes: (bytes) => terminal.write(bytes), end: setEnd },
    );
    terminal.onData(session.write);
    terminal.onResize(({ rows, cols }) => session.resize({ rows, columns: cols }));
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(element);
    terminal.focus();
    return () => {
      observer.disconnect();
      session.close();
      terminal.dispose();
    };
  }, []);
  useEffect(() => {
    if (screen.current !== null) screen.current.options.theme = themes[scheme];
  }, [scheme]);
  return (
    <div className="card">
      <div ref={host} style={{ height: '52vh' }} />
      <Text id="after-terminal" tabIndex={-1} size="sm" className="quiet" aria-live="polite">
        {end ?? t('connected')}
      </Text>
    </div>
  );
}
