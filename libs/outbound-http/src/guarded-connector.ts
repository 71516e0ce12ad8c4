import { isIP, isIPv6 } from 'node:net';
import type { LookupFunction, Socket } from 'node:net';
import { AppError } from '@parley/kernel';
import { buildConnector } from 'undici';
import { isPublicAddress } from './public-address';
import type { ResolveName } from './resolve-name';

export interface GuardedConnectorOptions {
  /** `host:port` of those who may be anywhere, private addresses included; see `hostKey`. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly resolve: ResolveName;
  readonly connectTimeoutMs: number;
  /** Makes the plain connector; replaced in specs. */
  readonly build?: typeof buildConnector;
}

/** `host:port` in one spelling: lower case, IPv6 without brackets, the scheme's port when none is given. */
export function hostKey(hostname: string, port: string, protocol: string): string {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return `${host}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/**
 * A connector for undici that reaches public addresses only. It checks what is written (Node looks up no literal, so
 * a guard on look-ups alone never sees one), what a name resolves to (every address; the connection goes to the
 * answers that were checked, there is no second look-up to rebind), and whom the socket is connected to in the end.
 * Failures are `AppError`: HTTP.BLOCKED_ADDRESS, or the connector's own.
 */
export function guardedConnector(options: GuardedConnectorOptions): buildConnector.connector {
  const build = options.build ?? buildConnector;
  const guarded = build({ timeout: options.connectTimeoutMs, lookup: publicLookup(options.resolve) });
  const unguarded = build({ timeout: options.connectTimeoutMs });

  return (target, callback) => {
    if (options.allowedHosts.has(hostKey(target.hostname, target.port, target.protocol))) {
      unguarded(target, callback);
      return;
    }
    if (isIP(target.hostname) && !isPublicAddress(target.hostname)) {
      callback(blocked(target.hostname), null);
      return;
    }
    guarded(target, (...[error, socket]: [Error, null] | [null, Socket]) => {
      if (socket && !isPublicAddress(socket.remoteAddress ?? '')) {
        socket.destroy();
        callback(blocked(target.hostname), null);
      } else if (socket) {
        callback(null, socket);
      } else {
        callback(error, null);
      }
    });
  };
}

/** One private address among several refuses them all: which one is tried first is not ours to say. */
function publicLookup(resolve: ResolveName): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
        const [first] = found;
        if (!first || !addresses.every(isPublicAddress)) callback(blocked(hostname), '', 0);
        else if (lookupOptions.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (cause: unknown) => callback(unknownName(hostname, cause), '', 0),
    );
  };
}

function blocked(hostname: string): AppError {
  return new AppError('forbidden', 'HTTP.BLOCKED_ADDRESS', 'This address is not a public one.', {
    details: { hostname },
  });
}

function unknownName(hostname: string, cause: unknown): AppError {
  return new AppError('unavailable', 'HTTP.UNKNOWN_HOST', 'The name of the host cannot be resolved.', {
    cause,
    details: { hostname },
  });
}
