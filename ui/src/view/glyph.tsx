/** Outlines on a 16 × 16 grid; drawn by us, so that no icon font is loaded. */
const outlines = {
  overview: 'M2 2h5v5H2z M9 2h5v5H9z M2 9h5v5H2z M9 9h5v5H9z',
  apps: 'M8 1.5 14 5v6l-6 3.5L2 11V5z M2 5l6 3.5L14 5 M8 8.5v6',
  decisions: 'M3 3h4 M3 8h4 M3 13h4 M7 3l3 5-3 5 M10 8h4',
  map: 'M2 8h4 M6 8l4-4.5 M6 8l4 4.5 M10 2h4v3h-4z M10 11h4v3h-4z M1 6.5h3v3H1z',
  events: 'M8 2v6l4 2 M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z',
  platform: 'M2 3h12v4H2z M2 9h12v4H2z M4.5 5h1 M4.5 11h1',
  policies: 'M4 1.5h6l3 3v10H4z M10 1.5v3h3 M6 8h5 M6 11h3',
  admission: 'M8 1.5 13.5 4v4c0 3.2-2.3 5.4-5.5 6.5C4.8 13.4 2.5 11.2 2.5 8V4z M5.5 8l2 2 3-3.5',
  scans: 'M7 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z M11 11l3.5 3.5 M7 4.5v3 M7 9.5v.1',
  notifications: 'M2 7v2l9 4V3z M11 6.5a2 2 0 0 1 0 3 M4 10l1 4h2l-1-3',
  groups:
    'M5 7a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 5 7z M11 7a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 11 7z M1 13.5c0-2.6 1.6-4 4-4s4 1.4 4 4 M8 10.3a4 4 0 0 1 3-.8c2.4 0 4 1.4 4 4',
  alerts: 'M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11z M6.5 14.5h3',
  images: 'M2 5l6-3 6 3-6 3z M2 8l6 3 6-3 M2 11l6 3 6-3',
  inbox: 'M2 9l2-6h8l2 6v4H2z M2 9h4l1 2h2l1-2h4',
  labs: 'M6 1.5h4 M7 1.5v4.5l-4.5 7.5c-.3.6.1 1 .7 1h9.6c.6 0 1-.4.7-1L9 6V1.5 M5 10h6',
  cost: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z M10.5 6c-.5-1-1.4-1.4-2.5-1.4-1.5 0-2.5.7-2.5 1.7 0 2.4 5 1 5 3.4 0 1-1 1.7-2.5 1.7-1.2 0-2.1-.5-2.6-1.5 M8 3v1.6 M8 11.4V13',
  audit: 'M3 2h10v12H3z M5.5 5h5 M5.5 8h5 M5.5 11h3',
  people:
    'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z M1.5 13.5c0-3 2-4.5 4.5-4.5s4.5 1.5 4.5 4.5 M11 3a2.2 2.2 0 0 1 0 4.4 M12 9.3c1.6.5 2.5 1.9 2.5 4.2',
  person: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M2.5 14c0-3 2.4-4.5 5.5-4.5s5.5 1.5 5.5 4.5',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M8 1v2 M8 13v2 M1 8h2 M13 8h2 M3 3l1.4 1.4 M11.6 11.6 13 13 M3 13l1.4-1.4 M11.6 4.4 13 3',
  leave: 'M6 2H3v12h3 M10 5l3 3-3 3 M13 8H6',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8 M12 4l-8 8',
  warn: 'M8 2 15 14H1z M8 6.5v3.5 M8 12v.5',
  dash: 'M3 8h10',
  turn: 'M13 8a5 5 0 1 1-1.5-3.5 M13 2v3h-3',
  up: 'M8 13V3 M4 7l4-4 4 4',
  down: 'M8 3v10 M4 9l4 4 4-4',
  ask: 'M5.5 6a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .8-1 1.7 M8 12.5v.5',
  outside: 'M6 3H3v10h10v-3 M9 2h5v5 M14 2 7.5 8.5',
} as const;

export type GlyphName = keyof typeof outlines;

/** An icon beside a word; never alone, so it is hidden from screen readers. */
export function Glyph({ name, size = 16 }: { name: GlyphName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      <path d={outlines[name]} />
    </svg>
  );
}
