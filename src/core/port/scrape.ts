export type ScrapeRequest = {
  address: string;
  port: number;
  /** With its query, when there is one. */
  path: string;
  /** Formats the reader takes, as an `Accept` header. */
  accept: string | null;
  /** From the first byte sent to the last one read. */
  timeoutMs: number;
  /** A longer body is a failure. */
  maxBytes: number;
};

export type ScrapeResult =
  | { kind: 'answer'; status: number; contentType: string | null; body: Uint8Array }
  | { kind: 'failed'; reason: string };

/** Reads the metrics an instance declares. Follows no redirect, and never throws. */
export type Scrape = (request: ScrapeRequest, signal?: AbortSignal) => Promise<ScrapeResult>;
