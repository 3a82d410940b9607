import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Line } from './arrange';

const nearPx = 48; // this close to the end counts as being there
const abovePx = 8; // so much of what comes before her words is left to be seen

/**
 * Where the end of the log begins to be read. On a low screen, or with letters twice as large, her last words and what the rules say of them do not fit
 * together: then her words stand on the screen, and what is under them is scrolled to.
 */
function endOf(box: HTMLElement, last: Element | null | undefined): number {
  const bottom = box.scrollHeight - box.clientHeight;
  if (!last) return bottom;
  const top = last.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  return Math.max(0, Math.min(bottom, top - abovePx));
}

/**
 * Keeps a log where a reader wants it: at the end while she is at the end, where she is while she reads further up, and on the same words when
 * older ones are put above them. `newest` names the person's last word; once it has changed, `hasCome`; while it is unseen,
 * `hasNew`.
 */
export function useStickToEnd(lines: Line[], newest: string, isFetchingOlder: boolean) {
  const scroller = useRef<HTMLElement>(null);
  const words = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const fromEndPx = useRef<number | null>(null); // set while older words are on their way
  const seen = useRef<string | null>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const [hasNew, setHasNew] = useState(false);
  const [hasCome, setHasCome] = useState(false);
  const firstId = lines[0]?.id;
  const newestLine = lines.at(-1);
  const isHers = newestLine?.kind === 'entry' && newestLine.entry.author.kind === 'person';

  const end = useCallback((box: HTMLElement) => endOf(box, isHers ? words.current?.lastElementChild : null), [isHers]);
  const stick = useCallback((box: HTMLElement) => {
    box.scrollTop = Math.max(box.scrollTop, end(box)); // who has gone on to what stands under her words is not pulled back
  }, [end]);

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    atEnd.current = end(box) - box.scrollTop < nearPx;
    setIsAtEnd(atEnd.current);
    if (atEnd.current) setHasNew(false);
  }, [end]);

  const toEnd = useCallback(() => {
    if (scroller.current) stick(scroller.current);
  }, [stick]);

  const keepPlace = useCallback(() => {
    const box = scroller.current;
    fromEndPx.current = box ? box.scrollHeight - box.scrollTop : null;
  }, []);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    if (fromEndPx.current !== null) {
      box.scrollTop = box.scrollHeight - fromEndPx.current;
    } else if (atEnd.current) {
      stick(box);
    }
  }, [lines, stick]);

  useEffect(() => {
    if (!isFetchingOlder) fromEndPx.current = null; // also when none came: a place kept for longer would be returned to at each new word
  }, [firstId, isFetchingOlder]);

  useEffect(() => {
    if (seen.current !== null && seen.current !== newest) {
      setHasCome(true);
      if (!atEnd.current) setHasNew(true);
    }
    if (newest) seen.current = newest;
  }, [newest]);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return undefined;
    const watch = new ResizeObserver(() => {
      if (atEnd.current) stick(box);
    });
    watch.observe(box); // the box to write in grew, or a phone's keyboard opened
    if (words.current) watch.observe(words.current); // a picture has come, taller than the place that was kept for it
    return () => watch.disconnect();
  }, [stick]);

  return { scroller, words, onScroll, isAtEnd, hasNew, hasCome, toEnd, keepPlace };
}
