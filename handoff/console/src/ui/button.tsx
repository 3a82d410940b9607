import { Button as AriaButton, type ButtonProps } from 'react-aria-components';

const shared = 'inline-flex items-center justify-center gap-1.5 rounded-8 cursor-pointer select-none '
  + 'disabled:cursor-not-allowed data-[disabled]:cursor-not-allowed transition-colors duration-150';

const sizes = {
  medium: 'min-h-11 px-4 text-oln-16B-100',
  small: 'min-h-9 px-3 text-oln-14B-100',
  icon: 'size-11 p-0',
};

const looks = {
  primary: 'bg-key-900 text-white hover:bg-key-1000 data-[pressed]:bg-key-1200 data-[disabled]:bg-solid-gray-300 data-[disabled]:text-solid-gray-800',
  secondary: 'bg-white text-key-900 border border-key-900 hover:bg-key-50 data-[disabled]:text-solid-gray-600 data-[disabled]:border-solid-gray-300',
  quiet: 'bg-transparent text-key-900 underline underline-offset-2 hover:bg-key-50 data-[disabled]:text-solid-gray-600',
  plain: 'bg-transparent text-solid-gray-800 hover:bg-solid-gray-100',
  danger: 'bg-error-2 text-white hover:bg-red-1000 data-[disabled]:bg-solid-gray-300 data-[disabled]:text-solid-gray-800',
};

interface Props extends Omit<ButtonProps, 'className' | 'style'> {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  className?: string;
  /** It is being done: looks so, and another press does nothing. It keeps the focus, which a disabled button would lose. */
  isBusy?: boolean;
}

export function Button({ look = 'secondary', size = 'medium', className = '', isBusy = false, onPress, ...rest }: Props) {
  const state = isBusy ? 'opacity-70 cursor-progress' : '';
  return (
    <AriaButton {...rest} {...(onPress && !isBusy ? { onPress } : {})} className={`${shared} ${sizes[size]} ${looks[look]} ${state} ${className}`} />
  );
}
