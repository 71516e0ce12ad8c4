import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { keyProfile, openApiDocument, parseOrThrow } from '@parley/contracts';
import type { KeyProfile } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** Where clients reach the API. */
export const PUBLIC_URL = Symbol('public url');

const documentQuery = z.object({ profile: keyProfile.default('latest') });

/** What the page loads, all from here: it works without the internet, and tells nobody who reads it. */
const assets = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;
type Asset = keyof typeof assets;

/** Requests go to where the page is, not to where the document says: browsers keep a page to its own origin. */
const startPage = `const url = document.body.dataset.document;
const server = new URL(url, location.href).href.replace(/\\/openapi\\.json$/, '');
fetch(url)
  .then((answer) => answer.json())
  .then((spec) => {
    SwaggerUIBundle({ spec: { ...spec, servers: [{ url: server }] }, dom_id: '#document', deepLinking: true });
  });
`;

/** The API's documents, and a page to browse them. */
@Controller()
export class DocsController {
  private readonly documents = new Map<KeyProfile, string>();
  private readonly files = new Map<Asset, Buffer>();
  private readonly base: string;

  /** `publicUrl` may have a path. */
  constructor(@Inject(PUBLIC_URL) private readonly publicUrl: string) {
    this.base = new URL(publicUrl).pathname.replace(/\/$/, '');
  }

  @Get('openapi.json')
  document(@Query() query: unknown, @Res() reply: FastifyReply): void {
    const { profile } = parseOrThrow(documentQuery, query, ['query']);
    let text = this.documents.get(profile);
    if (text === undefined) {
      text = JSON.stringify(openApiDocument(profile, this.publicUrl));
      this.documents.set(profile, text);
    }
    void reply.type('application/json; charset=utf-8').send(text);
  }

  @Get('docs')
  page(@Res() reply: FastifyReply): void {
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      // The page sets styles of single elements as it is drawn.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ];
    void reply
      .headers({ 'content-security-policy': policy.join('; '), 'x-content-type-options': 'nosniff' })
      .type('text/html; charset=utf-8')
      .send(this.html());
  }

  @Get('docs/:file')
  asset(@Param('file') file: string, @Res() reply: FastifyReply): void {
    void reply.header('x-content-type-options', 'nosniff');
    if (file === 'start.js') return void reply.type('text/javascript; charset=utf-8').send(startPage);
    if (!isAsset(file)) throw new AppError('not_found', 'ROUTE.NOT_FOUND', 'Not Found');
    let content = this.files.get(file);
    if (!content) {
      const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
      content = readFileSync(join(folder, file));
      this.files.set(file, content);
    }
    void reply.header('cache-control', 'public, max-age=86400').type(assets[file]).send(content);
  }

  private html(): string {
    const { base } = this;
    return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Parley API</title><link rel="stylesheet" href="${base}/docs/swagger-ui.css"></head>
<body data-document="${base}/openapi.json"><div id="document"></div>
<script src="${base}/docs/swagger-ui-bundle.js"></script><script src="${base}/docs/start.js"></script></body>
</html>
`;
  }
}

function isAsset(file: string): file is Asset {
  return Object.hasOwn(assets, file);
}
