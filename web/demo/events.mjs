/** What the organiser's products tell one attendee: events with actors and subjects, some of which stack. */

/** Whose inbox is full of examples. */
export const ATTENDEE = 'CF26-1001';

const EVENTS = [
  {
    type: 'poll.closing',
    title: 'Poll closes tonight: next year’s topics',
    message: '412 people have answered. It takes a minute.',
    subject: { kind: 'poll', id: 'P-77', title: 'Topics 2028', url: 'https://example.com/polls/77' },
  },
  ...['It will be there tomorrow before noon.', 'I found the replacement part.'].map((text) => ({
    type: 'ticket.message',
    title: 'New message on your ticket',
    message: `Maya: “${text}”`,
    actor: { name: 'Maya Okafor' },
    subject: {
      kind: 'ticket',
      id: 'T-20418',
      title: 'Badge printer',
      url: 'https://example.com/tickets/20418',
    },
  })),
  {
    type: 'meeting.invite',
    title: 'Jonas Weber invites you to a meeting',
    message: 'Today at 15:30, **table 12** in the foyer. Accept or suggest another time.',
    actor: { name: 'Jonas Weber' },
    subject: {
      kind: 'meeting',
      id: 'M-311',
      title: 'Coffee with Jonas',
      url: 'https://example.com/meetings/311',
    },
  },
  ...['Priya Nair', 'Tomás Alves', 'Lena Brandt'].map((name) => ({
    type: 'feed.reaction',
    title: 'Your post is liked',
    message: `${name} likes “Slides from this morning, as promised”.`,
    actor: { name },
    subject: { kind: 'post', id: 'F-902', title: 'Slides from this morning' },
  })),
];

/** Raises them in their order, as the `product` with its key. */
export async function raiseEvents(product, ws) {
  for (const event of EVENTS) await product.post(`${ws}/events`, { ...event, recipients: [ATTENDEE] });
}
