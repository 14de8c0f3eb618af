// The page's part: where tokens come from, and what the page does with what the bell tells it.

const inbox = document.querySelector('belfry-inbox');

// Your backend knows who is signed in, and asks Belfry for a token with its API key (docs/embed.md). The element asks
// again when a token has run out.
inbox.getToken = async () => {
  const response = await fetch('/belfry-token', { method: 'POST' });
  return (await response.json()).token;
};

inbox.addEventListener('belfry-unread', ({ detail }) => {
  document.querySelector('#count').textContent = detail.count ? `${detail.count} new` : 'No news';
});

// A page that routes by itself takes the way there into its own hands.
inbox.addEventListener('belfry-open-item', (event) => {
  const { item } = event.detail;
  if (item.subject?.kind !== 'ticket') return;
  event.preventDefault();
  inbox.close();
  location.hash = `ticket-${item.subject.id}`;
});
