/** Hashes passwords so that nobody gets them back. */
export type Passwords = {
  hash(password: string): Promise<string>;
  /** With a null hash it takes as long and is false: an answer's time tells nobody who exists. */
  matches(password: string, hash: string | null): Promise<boolean>;
};
