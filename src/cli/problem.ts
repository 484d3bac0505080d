/** One place where an input was wrong. */
export type ProblemDetail = {
  pointer?: string | undefined;
  place?: string | undefined;
  message: string;
  fix?: string | undefined;
};

/** RFC 9457, with what Crane adds: `code`, `fix`, `exitCode`, `errors`, `requestId`. */
export type Problem = {
  [further: string]: unknown;
  type?: string | undefined;
  title?: string | undefined;
  status?: number | undefined;
  detail?: string | undefined;
  code?: string | undefined;
  fix?: string | undefined;
  exitCode?: number | undefined;
  errors?: readonly ProblemDetail[] | undefined;
  requestId?: string | undefined;
};
