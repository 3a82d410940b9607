import type { ReactNode } from 'react';
import { FieldError, Label, Radio, RadioGroup } from 'react-aria-components';

interface GroupProps {
  label: string;
  value: string | null;
  onChange: (value: string) => void;
  error?: string | undefined;
  children: ReactNode;
}

export function ChoiceGroup({ label, value, onChange, error, children }: GroupProps) {
  return (
    <RadioGroup value={value} onChange={onChange} isInvalid={error !== undefined} className="flex flex-col gap-2">
      <Label className="text-std-16B-170">{label}</Label>
      <div className="flex max-h-[48dvh] flex-col gap-1.5 overflow-y-auto p-1.5">{children}</div>
      <FieldError className="text-dns-14N-130 text-error-2">{error}</FieldError>
    </RadioGroup>
  );
}

interface ChoiceProps {
  value: string;
  isDisabled?: boolean;
  children: ReactNode;
}

export function Choice({ value, isDisabled = false, children }: ChoiceProps) {
  return (
    <Radio value={value} isDisabled={isDisabled}
      className="group flex min-h-11 shrink-0 cursor-pointer items-center gap-3 rounded-8 border border-solid-gray-420 px-3 py-1.5 hover:bg-solid-gray-50 data-[disabled]:cursor-not-allowed data-[disabled]:border-solid-gray-200 data-[disabled]:bg-solid-gray-50 data-[disabled]:text-solid-gray-700 data-[selected]:border-key-900 data-[selected]:bg-key-50">
      <span aria-hidden="true" className="flex size-5 shrink-0 items-center justify-center rounded-full border-2 border-solid-gray-600 bg-white group-data-[disabled]:border-solid-gray-300 group-data-[selected]:border-key-900">
        <span className="size-2.5 rounded-full group-data-[selected]:bg-key-900" />
      </span>
      <span className="flex-1">{children}</span>
    </Radio>
  );
}
