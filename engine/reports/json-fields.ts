/** An object of a report in JSON, whose fields are whatever its writer put there. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field as the object itself has it, never an inherited one. */
export const field = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

/** The object there; an empty one where there is none. */
export function objectAt(object: JsonObject, name: string): JsonObject {
  const value = field(object, name);
  return isObject(value) ? value : {};
}

/** The list there; an empty one where there is none. */
export function listAt(object: JsonObject, name: string): readonly unknown[] {
  const value = field(object, name);
  return Array.isArray(value) ? value : [];
}

/** The objects of the list there; what else is in it is passed over. */
export const objectsAt = (object: JsonObject, name: string): JsonObject[] => listAt(object, name).filter(isObject);

/** The text there; empty where there is none. */
export function textAt(object: JsonObject, name: string): string {
  const value = field(object, name);
  return typeof value === 'string' ? value : '';
}

/** The finite number there; null where there is none. */
export function numberAt(object: JsonObject, name: string): number | null {
  const value = field(object, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The numbers of an object by their names. */
export function numbersIn(object: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1])),
  );
}
