/** One-off instances that somebody follows now. The loops remove all others: whoever started them is gone. */
export type OneOffs = {
  /** Notes the name before its instance is made; call what is returned when it is removed. */
  begin(name: string): () => void;
};
