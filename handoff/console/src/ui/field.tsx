import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from 'react-aria-components';

interface Props extends Omit<TextFieldProps, 'className' | 'style' | 'children'> {
  label: string;
  description?: string;
  errorMessage?: string;
}

export function Field({ label, description, errorMessage, ...rest }: Props) {
  return (
    <TextField {...rest} className="flex flex-col gap-1.5">
      <Label className="text-std-16B-170">{label}</Label>
      {description && <Text slot="description" className="text-dns-14N-130 text-solid-gray-700">{description}</Text>}
      <Input className="min-h-12 rounded-8 border border-solid-gray-600 bg-white px-3 text-std-16N-170 data-[invalid]:border-error-1" />
      <FieldError className="text-dns-14N-130 text-error-2">{errorMessage}</FieldError>
    </TextField>
  );
}
