import type { KeyProfile } from '@parley/contracts';

/** One sort of client: how it puts requests on the wire, and which vintage it reads. */
export interface Reader {
  readonly name: string;
  readonly profile: KeyProfile;
  readonly keyProfile: 'latest' | 'seed';
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of requests with a body. */
  readonly bodyType: string;
  /** How a POST without a body goes out. */
  readonly empty: { readonly headers: Readonly<Record<string, string>>; readonly body: string | null };
  /** What the first specification puts after the path of a GET by id. */
  readonly pathEnd: '' | '/';
  readonly listTimes: 'text' | 'number';
}

const fern = (language: string, name: string, version: string) => ({
  'x-fern-language': language,
  'x-fern-sdk-name': name,
  'x-fern-sdk-version': version,
});

const plain: Omit<Reader, 'name'> = {
  ...{ profile: 'latest', keyProfile: 'latest', headers: {}, bodyType: 'application/json' },
  ...{ empty: { headers: {}, body: null }, pathEnd: '', listTimes: 'number' },
};

/** axios says that nothing is a form. */
const nothingAsForm = {
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' },
  body: null,
};

export const readers: readonly Reader[] = [
  { ...plain, name: 'curl' },
  {
    ...plain,
    name: 'the Node SDK 0.0.46',
    headers: fern('JavaScript', '@vocode/vocode-api', '0.0.46'),
    bodyType: 'application/json; charset=utf-8',
    empty: nothingAsForm,
    listTimes: 'text',
  },
  { ...plain, name: 'the Python SDK 0.0.48', headers: fern('Python', 'vocode-api', '0.0.48') },
  {
    ...plain,
    name: 'go-vocode',
    headers: { 'user-agent': 'Go-http-client/1.1' },
    empty: { headers: { 'content-type': 'application/json' }, body: 'null' },
  },
  {
    ...plain,
    name: 'the Python SDK 0.0.22',
    profile: 'sdk-0.0.22',
    headers: fern('Python', 'vocode-api', '0.0.22'),
  },
  {
    ...plain,
    name: 'the Node SDK 0.0.15',
    profile: 'sdk-0.0.15',
    headers: fern('JavaScript', '@vocode/vocode-api', '0.0.15'),
    empty: nothingAsForm,
    listTimes: 'text',
  },
  {
    ...plain,
    name: 'a client of the first specification',
    profile: 'seed',
    keyProfile: 'seed',
    pathEnd: '/',
  },
];
