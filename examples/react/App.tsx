// A bell in React 19, which hands functions and objects on to custom elements as properties.

import { type DetailedHTMLProps, type HTMLAttributes, useCallback, useState } from 'react';

// Your backend knows who is signed in, and asks Belfry for a token with its API key (docs/embed.md).
async function getToken(): Promise<string> {
  const response = await fetch('/belfry-token', { method: 'POST' });
  return (await response.json()).token;
}

export function App() {
  const [unread, setUnread] = useState(0);
  const counted = useCallback((event: CustomEvent<{ count: number }>) => setUnread(event.detail.count), []);
  return (
    <header>
      <h1>Shop</h1>
      <p id="count">{unread ? `${unread} new` : 'No news'}</p>
      <belfry-inbox getToken={getToken} strings={{ bell: 'Shop news' }} onbelfry-unread={counted} />
    </header>
  );
}

// What JSX may write: with the types of /belfry-inbox.d.ts at hand, `BelfryInboxAttributes` says it all.
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'belfry-inbox': DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
        layout?: 'popover' | 'panel' | 'page';
        getToken?: () => Promise<string>;
        strings?: Record<string, string>;
        'onbelfry-unread'?: (event: CustomEvent<{ count: number }>) => void;
      };
    }
  }
}
