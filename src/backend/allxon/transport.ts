/** One HTTP exchange: what goes out, and what came of it. Carries bytes, knows nothing of the API, and never rejects. */

export type TransportRequest = {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Scheme, host and port. */
  readonly origin: string;
  /** As it goes into the request line. */
  readonly pathWithQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For the whole exchange: connection, headers and body. */
  readonly timeoutMs: number;
};

export type TransportResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      /** By lower-case name. */
      readonly headers: ReadonlyMap<string, string>;
      /** As they came, still encoded. */
      readonly body: Buffer;
    }
  | {
      readonly kind: 'failed';
      /**
       * How far it certainly got: `connect`, no byte of the request was sent; `exchange`, any part of it may have been
       * sent, received and acted upon.
       */
      readonly phase: 'connect' | 'exchange';
      readonly isTimeOut: boolean;
      /** What the system says, for a person. */
      readonly message: string;
    };

export type Transport = {
  readonly send: (request: TransportRequest) => Promise<TransportResult>;
  /** Closes idle connections. */
  readonly close: () => Promise<void>;
};
