import OpenAI, { AzureOpenAI } from 'openai';
import type { OpenAiOptions } from './openai-model';

/** Where requests go, with the path before `/chat/completions`. */
export function apiAddress({ baseUrl, azure }: OpenAiOptions): string {
  const base = (baseUrl ?? 'https://api.openai.com/v1').replace(/\/+$/, '');
  if (!azure) return base;
  // The address of the resource, or one that has the path already.
  const resource = base.replace(/\/openai(\/v1)?$/, '');
  return azure.apiVersion === null ? `${resource}/openai/v1` : `${resource}/openai`;
}

/**
 * The SDK's client for a server. Azure takes its key in a header of its own; its dated API also wants the version in the
 * query and the deployment in the path, which the SDK's own class for it writes.
 */
export function newClient(options: OpenAiOptions, fetch: typeof globalThis.fetch, timeout: number): OpenAI {
  const { azure } = options;
  // The SDK makes no client without one, and one may serve only accounts that bring their own.
  const apiKey = options.apiKey === '' ? 'none' : options.apiKey;
  const common = {
    apiKey,
    baseURL: apiAddress(options),
    // Left out, the SDK would take these from the environment of the process.
    adminAPIKey: null,
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout,
    fetch,
  } as const;
  if (!azure) return new OpenAI(common);
  if (azure.apiVersion === null)
    return new OpenAI({ ...common, defaultHeaders: { 'api-key': apiKey, authorization: null } });
  return new AzureOpenAI({ ...common, apiVersion: azure.apiVersion });
}
