import type { ReactNode } from 'react';

const shapes = {
  alert: <><path d="M12 3 22 20H2z" /><path d="M12 10v4M12 17.2v.1" /></>,
  emergency: <><path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" /><path d="M12 7v6M12 16.4v.1" /></>,
  clock: <><circle cx="12" cy="12" r="9" /><path d="M12 7v5l3.5 2" /></>,
  reply: <path d="M10 6 4 12l6 6M4 12h10a6 6 0 0 1 6 6" />,
  lock: <><rect x="5" y="10.5" width="14" height="10" rx="2" /><path d="M8 10.5V7a4 4 0 0 1 8 0v3.5" /></>,
  bot: <><rect x="4" y="8" width="16" height="11" rx="3" /><path d="M12 8V4M9 13v.1M15 13v.1M9.5 16h5" /></>,
  person: <><circle cx="12" cy="8" r="4" /><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0" /></>,
  check: <path d="m4.5 12.5 5 5 10-11" />,
  cross: <path d="M5 5l14 14M19 5 5 19" />,
  back: <path d="m14 5-7 7 7 7" />,
  down: <path d="m5 9 7 7 7-7" />,
  info: <><circle cx="12" cy="12" r="9" /><path d="M12 11v5.5M12 7.6v.1" /></>,
  sending: <><circle cx="12" cy="12" r="9" strokeDasharray="3 3.3" /><path d="M12 16V8.5M8.8 11.5 12 8l3.2 3.5" /></>,
  settings: <><circle cx="12" cy="12" r="3" /><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2" /></>,
  block: <><circle cx="12" cy="12" r="9" /><path d="M6 6l12 12" /></>,
  link: <><path d="M9 12h6" /><path d="M10 7H7.5a5 5 0 0 0 0 10H10M14 7h2.5a5 5 0 0 1 0 10H14" /></>,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** A picture beside a word, never instead of one: hidden from screen readers. */
export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" strokeWidth="2"
      strokeLinecap="round" strokeLinejoin="round" className={`inline-block shrink-0 ${className}`}>
      {shapes[name]}
    </svg>
  );
}
