/** A document as it would be read from JSON: nothing in it is shared with what it was told from. */
export function copyDocument<Document>(document: Frozen<Document>): Document {
  return JSON.parse(JSON.stringify(document)) as Document;
}

/** A type that is read only says of what is handed out what a copy need not. */
type Frozen<Part> = { readonly [Key in keyof Part]: Frozen<Part[Key]> };
