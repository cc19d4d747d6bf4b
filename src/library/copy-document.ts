/** Copies a document as if it were read from JSON. The copy shares nothing with the original. */
export function copyDocument<Document>(document: Frozen<Document>): Document {
  return JSON.parse(JSON.stringify(document)) as Document;
}

/** Accepts readonly input, because the copy is mutable. */
type Frozen<Part> = { readonly [Key in keyof Part]: Frozen<Part[Key]> };
