/** What is used of npm's `smpp` (0.5.1), which brings no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';
  import type { TlsOptions } from 'node:tls';

  /** One SMPP protocol data unit; its parameters and TLVs are fields beside these. */
  interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    isResponse(): boolean;
    /** The answer to this request, with its sequence number. */
    response(fields?: Fields): Pdu;
  }

  type Fields = Readonly<Record<string, unknown>>;

  interface Session extends EventEmitter {
    readonly socket: Socket;
    /** False when the socket cannot be written to. */
    send(pdu: Pdu, onResponse?: (response: Pdu) => void): boolean;
    close(): void;
    destroy(): void;
    on(event: 'pdu', listener: (pdu: Pdu) => void): this;
    on(event: 'error', listener: (error: unknown) => void): this;
    on(event: 'close', listener: () => void): this;
  }

  interface Server extends NetServer {
    on(event: 'session', listener: (session: Session) => void): this;
  }

  interface FieldType {
    readonly default: unknown;
  }

  interface Smpp {
    readonly PDU: new (command: string, fields?: Fields) => Pdu;
    readonly Session: new (options: { readonly socket: Socket }) => Session;
    createServer(options?: TlsOptions, listener?: (session: Session) => void): Server;
    addCommand(
      command: string,
      definition: { id: number; params: Record<string, { type: FieldType }> },
    ): void;
    addTLV(tag: string, definition: { id: number; type: FieldType }): void;
    readonly commands: Readonly<
      Record<string, { readonly id: number; readonly params?: Readonly<Record<string, { type: FieldType }>> }>
    >;
    readonly types: { readonly buffer: FieldType; readonly tlv: { readonly buffer: FieldType } };
    /** Names to numbers, such as ESME_RBINDFAIL: 13. */
    readonly errors: Readonly<Record<string, number>>;
    readonly gsmCoder: {
      /** GSM 03.38, one octet a character; a language from 3GPP TS 23.038 (0: none, 1 to 3: Turkish, Spanish, Portuguese). */
      decode(octets: Uint8Array, language: number): string;
      encode(text: string, language: number): Buffer;
    };
  }

  const smpp: Smpp;
  export default smpp;
  export type { Fields, Pdu, Server, Session, Smpp };
}
