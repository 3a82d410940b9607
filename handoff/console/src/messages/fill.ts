export type Values = Record<string, string | number>;

/** `text` with its {blanks} filled; a blank without a value stays visible, so that a mistake is seen. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));
}
