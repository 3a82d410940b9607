import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

const restoredMs = 300; // the answer that takes the button away may come a little after the dialog has closed

const takenByInputMethod = 229; // as in composer-keys.ts

interface Props {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** The focus goes back to the button that asked; where what was decided has taken that away, to the conversation: a keyboard starts there and not anew. */
function useFocusAfter(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    return () => {
      setTimeout(() => {
        if (document.activeElement === document.body) document.getElementById('conversation-pane')?.focus();
      }, restoredMs);
    };
  }, [isOpen]);
}

/**
 * Escape and Tab work wherever the focus is. It can stand outside: in an alarm or a notice above the dialog, or nowhere, when what had it is gone
 * (a way to try again, a row that was removed). Only Escape that ends the writing of a word is not ours; Safari tells of that end first, and marks
 * the key by its code alone.
 */
function useKeysFromAnywhere(isOpen: boolean, dialog: RefObject<HTMLElement | null>, onClose: () => void): void {
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
    if (isOpen && document.activeElement === document.body) dialog.current?.focus();
  });
  useEffect(() => {
    if (!isOpen) return undefined;
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && event.keyCode === takenByInputMethod) {
        event.stopPropagation();
        return;
      }
      if (document.activeElement === document.body) dialog.current?.focus();
      const isInside = event.target instanceof Node && dialog.current?.contains(event.target); // there the dialog hears it by itself
      if (event.key === 'Escape' && !event.isComposing && !event.repeat && !isInside) close.current();
    };
    document.addEventListener('keydown', pressed, true);
    return () => document.removeEventListener('keydown', pressed, true);
  }, [isOpen, dialog]);
}

/** A question before something happens. Escape means no; a click beside it means nothing, so that no written reason is lost by a slip. */
export function Dialog({ title, isOpen, onClose, children }: Props) {
  const dialog = useRef<HTMLElement>(null);
  useFocusAfter(isOpen);
  useKeysFromAnywhere(isOpen, dialog, onClose);
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => { if (!open) onClose(); }}
      className="fixed inset-0 z-30 flex items-end justify-center bg-opacity-gray-500 p-0 sm:items-center sm:p-4">
      <Modal className="w-full max-w-[34rem]">
        <AriaDialog ref={dialog} className="max-h-[92dvh] overflow-y-auto rounded-t-16 bg-white p-5 shadow-4 outline-none sm:rounded-16 sm:p-6">
          <Heading slot="title" className="mb-3 text-std-20B-150">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The row of buttons at a dialog's end; the one that acts stands last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-3">{children}</div>;
}
