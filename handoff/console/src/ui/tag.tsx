import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';

const looks = {
  plain: 'border-solid-gray-420 text-solid-gray-800 bg-white',
  calm: 'border-key-300 text-key-1000 bg-key-50',
  soft: 'border-yellow-800 text-yellow-1200 bg-yellow-50',
  strong: 'border-warning-orange-2 text-orange-1200 bg-orange-50',
  loud: 'border-error-2 text-white bg-error-2',
};

export type TagLook = keyof typeof looks;

/** A short word with an icon: never told by colour alone. */
export function Tag({ look = 'plain', icon, children }: { look?: TagLook; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`inline-flex items-center gap-1 rounded-4 border px-1.5 py-0.5 text-dns-14N-120 whitespace-nowrap ${looks[look]}`}>
      {icon && <Icon name={icon} className="size-3.5" />}
      {children}
    </span>
  );
}
