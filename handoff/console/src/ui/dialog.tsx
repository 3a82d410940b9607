import { type ReactNode, useEffect } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

const restoredMs = 300; // the answer that takes the button away may come a little after the dialog has closed

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

/** A question before something happens. Escape means no; a click beside it means nothing, so that no written reason is lost by a slip. */
export function Dialog({ title, isOpen, onClose, children }: Props) {
  useFocusAfter(isOpen);
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => { if (!open) onClose(); }}
      className="fixed inset-0 z-30 flex items-end justify-center bg-opacity-gray-500 p-0 sm:items-center sm:p-4">
      <Modal className="w-full max-w-[34rem]">
        <AriaDialog className="max-h-[92dvh] overflow-y-auto rounded-t-16 bg-white p-5 shadow-4 outline-none sm:rounded-16 sm:p-6">
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
