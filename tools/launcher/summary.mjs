import { join } from 'node:path';
import { withoutPassword } from './settings.mjs';

/** The table that is printed when all is up. */
export function summary(system) {
  const { runFile, plan, folder } = system;
  const { url, apiKey, databaseUrl, natsUrl, sandboxControlUrl, sandboxReceiverUrl } = runFile.content;
  const { carrier, providers } = plan;
  const parts = Object.entries({ carrier, ...providers }).map(([role, kind]) => `${role}: ${kind}`);
  const rows = [
    ['API', `${url}/v1/…`],
    ['API key', apiKey],
    ['parts', parts.join(', ')],
    ['database', withoutPassword(databaseUrl)],
    ['NATS', withoutPassword(natsUrl)],
    ...(sandboxControlUrl
      ? [
          ['sandbox', `${sandboxControlUrl}/journals`],
          ['its receiver', `${sandboxReceiverUrl} (for webhooks)`],
        ]
      : []),
    ['logs', join(folder.logsDir, '*.log')],
    ['for programs', runFile.path],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), ''].join('\n');
}
