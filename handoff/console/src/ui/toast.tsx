import { createContext, type FocusEvent, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../messages/catalogue';
import { Button } from './button';
import { Icon } from './icon';

const infoStaysMs = 6_000; // what failed stays until it is dismissed

interface Toast {
  id: number;
  kind: 'info' | 'error';
  text: string;
}

type Say = (kind: Toast['kind'], text: string) => void;

const SayContext = createContext<Say>(() => {});
export const useSay = () => useContext(SayContext);

function ToastCard({ toast, onDone }: { toast: Toast; onDone: (id: number) => void }) {
  const { t } = useWords();
  useEffect(() => {
    if (toast.kind === 'error') return undefined;
    const timer = setTimeout(() => onDone(toast.id), infoStaysMs);
    return () => clearTimeout(timer);
  }, [toast, onDone]);

  const look = toast.kind === 'error' ? 'border-error-2 bg-red-50 text-red-1200' : 'border-solid-gray-420 bg-white';
  return (
    <div className={`pointer-events-auto flex items-center gap-2 rounded-8 border py-1 pr-1 pl-3 shadow-2 ${look}`}>
      <Icon name={toast.kind === 'error' ? 'alert' : 'check'} className="size-5" />
      <p className="flex-1 py-1">{toast.text}</p>
      <Button look="plain" size="icon" aria-label={t('app.dismiss')} onPress={() => onDone(toast.id)}>
        <Icon name="cross" />
      </Button>
    </div>
  );
}

let nextId = 1;

/** Short words about what just happened, read out by screen readers. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const place = useRef<HTMLDivElement>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const isHeld = useRef(false); // whether the focus stood in a toast when they last changed: only then is it given back
  const change = useCallback((next: (all: Toast[]) => Toast[]) => {
    isHeld.current = place.current?.contains(document.activeElement) ?? false;
    setToasts(next);
  }, []);
  const done = useCallback((id: number) => change((all) => all.filter((toast) => toast.id !== id)), [change]);
  const comes = ({ relatedTarget }: FocusEvent) => {
    if (!place.current?.contains(relatedTarget)) cameFrom.current = relatedTarget instanceof HTMLElement ? relatedTarget : null;
  };
  useEffect(() => { // whoever dismissed one while writing goes on writing; whoever has moved on since is left where she is
    if (isHeld.current && document.activeElement === document.body) cameFrom.current?.focus();
    isHeld.current = false;
    if (!place.current?.contains(document.activeElement)) cameFrom.current = null;
  }, [toasts]);
  const say = useMemo<Say>(() => (kind, text) => {
    nextId += 1;
    const toast = { id: nextId, kind, text };
    change((all) => [...all.filter((other) => other.text !== text), toast].slice(-3));
  }, [change]);

  return (
    <SayContext value={say}>
      {children}
      <div ref={place} onFocus={comes} role="status" aria-live="polite" data-react-aria-top-layer="true" /* heard and pressed above a dialog, too */
        className="pointer-events-none fixed inset-x-3 top-1 z-40 mx-auto flex max-w-[30rem] flex-col gap-2">
        {toasts.map((toast) => <ToastCard key={toast.id} toast={toast} onDone={done} />)}
      </div>
    </SayContext>
  );
}
