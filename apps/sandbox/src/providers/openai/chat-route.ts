import type { IncomingMessage } from 'node:http';

/** What a request to the model's server is, whoever's API it speaks. */
export interface ChatRoute {
  /** The name by which faults are aimed at it. */
  readonly vendor: 'openai' | 'azure';
  /** Like `POST /chat/completions`. */
  readonly route: string;
  /** The key that the client showed; undefined when it showed none. */
  readonly key: string | undefined;
}

const AZURE_PATH = /^\/openai(?:\/v1|\/deployments\/[^/]+)(?=\/)/;

/** OpenAI's own paths, with or without `/v1`, and those of Azure OpenAI: its v1 API and the dated one. */
export function chatRoute(request: IncomingMessage): ChatRoute {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
  const method = request.method ?? '';
  if (!pathname.startsWith('/openai/')) {
    const key = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return { vendor: 'openai', route: `${method} ${pathname.replace(/^\/v1(?=\/)/, '')}`, key };
  }
  // The dated API is not there without its version.
  const isThere = pathname.startsWith('/openai/v1/') || searchParams.has('api-version');
  const path = isThere ? pathname.replace(AZURE_PATH, '') : pathname;
  return { vendor: 'azure', route: `${method} ${path}`, key: [request.headers['api-key']].flat()[0] };
}
