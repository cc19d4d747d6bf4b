/** A call to the API that went wrong, as it is kept on record and shown: plain JSON, no secrets. */
export type FailureRecord = {
  readonly kind: string;
  /** One sentence for a person: what the API or the network did. */
  readonly message: string;
  readonly status: number | null;
  /** The API's own code, such as `E403-1`. */
  readonly code: string | null;
  /** `X-Request-ID`, to give to the vendor's support. */
  readonly requestId: string | null;
};
