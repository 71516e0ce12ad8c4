import type { Tool } from '../ports';
import type { ConversationAction } from '../settings';

type ExternalAction = Extract<ConversationAction, { type: 'action_external' }>;
type Schema = Readonly<Record<string, unknown>>;

const longestLineChars = 500;

/**
 * The tool that stands for a customer's action. With `speakOnSend` the model has to give a line beside the input, which
 * is said to the caller and is no part of what the customer gets.
 */
export function externalTool(name: string, action: ExternalAction): Tool {
  const { description, inputSchema } = action;
  if (!action.speakOnSend) return { name, description, parameters: inputSchema };
  const line = lineProperty(inputSchema);
  const required = Array.isArray(inputSchema['required']) ? (inputSchema['required'] as unknown[]) : [];
  const parameters = {
    ...inputSchema,
    properties: {
      ...propertiesOf(inputSchema),
      [line]: {
        type: 'string',
        description:
          'A short sentence that tells the caller what you are about to do. It is said to the caller.',
      },
    },
    required: [...required, line],
  };
  return { name, description, parameters };
}

/** The model's arguments, parted into what the customer gets and what the caller is told. */
export function partArguments(
  action: ExternalAction,
  given: Readonly<Record<string, unknown>>,
): { readonly input: Record<string, unknown>; readonly line: string } {
  if (!action.speakOnSend) return { input: given, line: '' };
  const { [lineProperty(action.inputSchema)]: line, ...input } = given;
  return { input, line: typeof line === 'string' ? line.trim().slice(0, longestLineChars) : '' };
}

/** `user_message`, unless the customer's own schema has one. */
function lineProperty(schema: Schema): string {
  const properties = propertiesOf(schema);
  let name = 'user_message';
  while (Object.hasOwn(properties, name)) name = `${name}_`;
  return name;
}

function propertiesOf({ properties }: Schema): Schema {
  return typeof properties === 'object' && properties !== null ? (properties as Schema) : {};
}
