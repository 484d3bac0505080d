export type Page = { limit: number; /** Opaque; null = first page. */ cursor: string | null };
export type Paged<T> = { items: T[]; nextCursor: string | null };
