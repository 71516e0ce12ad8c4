import { storable } from './storable';

it('replaces what Postgres cannot store, keys included, and nothing else', () => {
  expect(storable({ 'a\0': ['x\0y', { deep: '\ud83d' }], whole: '😀', n: 1, no: null, yes: true })).toEqual({
    'a\ufffd': ['x\ufffdy', { deep: '\ufffd' }],
    whole: '😀',
    n: 1,
    no: null,
    yes: true,
  });
});
