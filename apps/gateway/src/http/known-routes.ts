import type { FastifyInstance } from 'fastify';

/** Every route that is served, so that a known path with another method is told from an unknown path. */
export class KnownRoutes {
  private readonly routes: { readonly method: string; readonly path: string; readonly form: RegExp }[] = [];

  /** To be called before routes are made. */
  static of(server: FastifyInstance): KnownRoutes {
    const known = new KnownRoutes();
    server.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) known.add(one, url);
    });
    return known;
  }

  /** As `GET /v1/agents`. */
  get all(): string[] {
    return this.routes.map(({ method, path }) => `${method} ${path}`);
  }

  /** The methods of the path of `url`, in order; none for a path that is not served. */
  methodsOf(url: string): string[] {
    const path = url.split('?')[0] ?? '';
    const methods = this.routes.filter(({ form }) => form.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }

  private add(method: string, path: string): void {
    const form = path
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/');
    this.routes.push({ method, path, form: new RegExp(`^${form}/?$`) });
  }
}
