import type { Notice, Told } from '../notice/notice.ts';
import type { NotificationTarget } from '../notice/notification-target.ts';
import type { AddressClass } from '../webhook/classify-address.ts';

/** What became of one attempt; `error` null: it was taken. `isFinal`: trying again would not help. Never anything of a secret. */
export type SendResult = { error: string | null; isFinal: boolean; tookMs: number };

export type Mail = {
  host: string;
  port: number;
  tls: 'starttls' | 'tls' | 'none';
  user: string | null;
  password: string | null;
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  /** The same for each attempt, so that a mailbox can drop the second one. */
  messageId: string;
  /** Judges each address the host has at the moment of connecting. */
  isAllowed: (kind: AddressClass) => boolean;
  timeoutMs: number;
};

/** Hands one mail to its server. Never throws. */
export type SendMail = (mail: Mail, signal?: AbortSignal) => Promise<SendResult>;

export type RelayedTarget = { target: NotificationTarget; secret: string };

/** Targets that Alertmanager tells, by its own receivers. */
export type Relay = {
  /**
   * Makes Alertmanager's configuration hold a receiver for each of these; the old one stays when it refuses.
   * @throws input.invalid with its words, part.unavailable when it cannot be reached.
   */
  sync(targets: readonly RelayedTarget[], signal?: AbortSignal): Promise<void>;
  /** Hands notices over, to be told by the receiver of this target. Never throws. */
  post(
    request: { targetId: string; items: readonly { notice: Notice; news: Told['news'] }[]; now: number },
    signal?: AbortSignal,
  ): Promise<SendResult>;
};

/** Encrypts what is kept in the database and told nobody; `name` binds it to its place. */
export type Vault = {
  seal(name: string, text: string): string;
  /** @throws when it was changed, or sealed under another name or in another installation. */
  open(name: string, sealed: string): string;
};
