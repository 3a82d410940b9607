/** What of a keydown decides. `keyCode` 229 is how browsers mark a key that the input method has taken. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  repeat: boolean;
  isComposing: boolean;
  keyCode: number;
}

/** Safari tells the end of a composition before the Enter that ended it: that Enter comes within this time. */
export const settleMs = 100;

/** Whether this press sends. Enter alone never does; nor does an Enter that confirms kanji, whatever is held with it. */
export function sends(press: KeyPress, msSinceComposition: number): boolean {
  if (press.key !== 'Enter') return false;
  if (press.isComposing || press.keyCode === 229 || msSinceComposition < settleMs) return false;
  if (press.repeat || press.altKey || press.shiftKey) return false;
  return press.ctrlKey || press.metaKey;
}
