import { expect, it } from 'vitest';
import { deliverySearch, exportAddress, listSearch } from './search';

it('takes what it knows and leaves out the rest', () => {
  expect(listSearch({ q: 'doors', status: 'sent', origin: 'api', page: 3 })).toEqual({
    q: 'doors',
    status: 'sent',
    origin: 'api',
  });
  expect(listSearch({ status: 'lost', origin: ['api'], q: '  ' })).toEqual({});
  expect(listSearch({ q: 2026 })).toEqual({ q: '2026' });
});

it('keeps searches short', () => {
  expect(listSearch({ q: 'x'.repeat(5000) }).q).toHaveLength(200);
});

it('exports what is listed', () => {
  const filter = deliverySearch({ state: 'failed', browser: 'Samsung Internet', channel: 'fax' });
  expect(filter).toEqual({ state: 'failed', browser: 'Samsung Internet' });
  expect(exportAddress('wsp_1', 'ntf_1', filter)).toBe(
    '/v1/workspaces/wsp_1/notifications/ntf_1/deliveries.csv?state=failed&browser=Samsung+Internet',
  );
  expect(exportAddress('wsp_1', 'ntf_1', {})).not.toContain('?');
});
