import type { ReactNode } from 'react';
import { Icon, type IconName } from '../ui/icon';

const looks = {
  person: { side: 'items-start', box: 'rounded-tl-4 bg-white border-solid-gray-300' },
  bot: { side: 'items-end', box: 'rounded-tr-4 bg-solid-gray-100 border-solid-gray-300' },
  counselor: { side: 'items-end', box: 'rounded-tr-4 bg-key-100 border-key-300' },
};

interface Props {
  look: keyof typeof looks;
  icon: IconName;
  author: string;
  at: string;
  clock: string;
  children: ReactNode;
  footer?: ReactNode;
}

/** Words with the name and the time of who wrote them. The person's stand left, ours right. */
export function Bubble({ look, icon, author, at, clock, children, footer }: Props) {
  const { side, box } = looks[look];
  return (
    <li className={`flex flex-col gap-1 ${side}`}>
      <p className="flex items-center gap-1.5 text-dns-14N-130 text-solid-gray-700">
        <Icon name={icon} /><span>{author}</span><time dateTime={at}>{clock}</time>
      </p>
      <div className={`max-w-[min(85%,38rem)] rounded-16 border px-3.5 py-2 text-std-16N-170 ${box}`}>{children}</div>
      {footer}
    </li>
  );
}
