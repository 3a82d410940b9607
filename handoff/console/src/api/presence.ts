/** A touch or a key this long ago still means that somebody is here: longer than the page waits between its own requests. */
const hereMs = 5 * 60_000;
const signs = ['pointerdown', 'keydown', 'wheel'] as const;

let lastSign = Date.now(); // somebody has just opened the page

/**
 * Whether a person is at this page. The server ends a session that shows no person for two hours, and what the page asks by itself must not
 * keep a forgotten browser signed in.
 */
export const presence = {
  watch: (page: EventTarget) => {
    for (const sign of signs) page.addEventListener(sign, () => { lastSign = Date.now(); }, { capture: true, passive: true });
  },
  isHere: () => Date.now() - lastSign < hereMs,
};
