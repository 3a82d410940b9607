import { Component, type ReactNode } from 'react';

interface Props {
  text: string;
  reload: string;
  children: ReactNode;
}

/** Catches a fault of the page itself: words instead of a white screen. Drafts are in the tab's storage and come back. */
export class ErrorNet extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="flex flex-col items-start gap-4 p-6">
        <p role="alert">{this.props.text}</p>
        <button type="button" onClick={() => window.location.reload()} className="min-h-11 cursor-pointer rounded-8 border border-key-900 px-4 text-key-900">
          {this.props.reload}
        </button>
      </main>
    );
  }
}
