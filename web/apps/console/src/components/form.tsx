/**
 * Forms that talk to the server. Owns sending once, putting a 422's pointers at their fields, the summary that takes
 * focus, and keeping everything that was typed. Built on `@mantine/form`.
 */

import { type Fault, Problem } from '@belfry/api/console';
import { Alert, Anchor, type ButtonProps, List, Text } from '@mantine/core';
import { type UseFormInput, type UseFormReturnType, useForm } from '@mantine/form';
import { TriangleAlert } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from '../app/translation';
import { Busy } from './Busy';
import { assignFaults, type FieldFault } from './form-faults';
import { useProblemText } from './problem-text';

export { Busy };

export interface SendFormOptions<Values extends Record<string, unknown>, Result>
  extends Pick<UseFormInput<Values>, 'validate' | 'validateInputOnBlur' | 'transformValues'> {
  initialValues: Values;
  /**
   * Calls the server; throw or let `ask()` throw a `Problem`. `once` is an `Idempotency-Key` that stays the same while
   * the same values are sent again, so that an answer that got lost is given again instead of making a second one.
   */
  send: (values: Values, once: string) => Promise<Result>;
  /** After success. */
  done?: (result: Result, values: Values) => void | Promise<void>;
  /** Where a pointer's field is called otherwise: `{'/destination/url': 'url'}`. */
  pointers?: Readonly<Record<string, string>>;
}

export interface SendForm<Values extends Record<string, unknown>> {
  /** Mantine's form: `{...form.fields.getInputProps('name')}`. */
  fields: UseFormReturnType<Values>;
  sending: boolean;
  /** What stands in the summary. */
  faults: readonly FieldFault[];
  problem: { text: string; status: number; code: string } | null;
  submit: (event?: FormEvent<HTMLFormElement>) => void;
  /** Counts attempts that failed, so that the summary takes focus anew. */
  attempt: number;
}

/** 128 random bits; `crypto.randomUUID` is missing where the console is served without TLS. */
const randomKey = () => crypto.getRandomValues(new BigUint64Array(2)).join('-');

export function useSendForm<Values extends Record<string, unknown>, Result>(
  options: SendFormOptions<Values, Result>,
): SendForm<Values> {
  const { t, i18n } = useTranslation();
  const say = useProblemText();
  const fields = useForm<Values>({
    mode: 'controlled',
    initialValues: options.initialValues,
    ...(options.validate && { validate: options.validate }),
    ...(options.validateInputOnBlur && { validateInputOnBlur: options.validateInputOnBlur }),
  });
  const [sending, setSending] = useState(false);
  const [faults, setFaults] = useState<readonly FieldFault[]>([]);
  const [problem, setProblem] = useState<SendForm<Values>['problem']>(null);
  const [attempt, setAttempt] = useState(0);
  const keys = useRef(new Map<string, string>());

  // A text with a bound in it takes the first number of what the server said.
  const wordsOf = (fault: Fault): string => {
    const key = `fault.${fault.code === 'password_weak' && !/\d/.test(fault.detail) ? 'password_easy' : fault.code}`;
    return i18n.exists(key) ? t(key, { count: Number(/\d+/.exec(fault.detail)?.[0] ?? 0) }) : fault.detail;
  };

  const fail = (error: unknown) => {
    const said = say(error);
    const assigned = error instanceof Problem ? assignFaults(error.faults, options.pointers, wordsOf) : [];
    fields.setErrors(Object.fromEntries(assigned.map((one) => [one.field, one.text])));
    setFaults(assigned);
    setProblem(said);
    setAttempt((n) => n + 1);
  };

  const send = async (values: Values) => {
    if (sending) return;
    setSending(true);
    setFaults([]);
    setProblem(null);
    try {
      const text = JSON.stringify(values);
      const once = keys.current.get(text) ?? randomKey();
      keys.current.set(text, once);
      const result = await options.send(values, once);
      await options.done?.(result, values);
      keys.current.delete(text);
    } catch (error) {
      fail(error);
    } finally {
      setSending(false);
    }
  };

  const refuse = (errors: Record<string, ReactNode>) => {
    setProblem(null);
    setFaults(Object.entries(errors).map(([field, text]) => ({ field, text: String(text) })));
    setAttempt((n) => n + 1);
  };

  const onSubmit = fields.onSubmit((values) => void send(values as Values), refuse);
  return { fields, sending, faults, problem, attempt, submit: (event) => onSubmit(event) };
}

/** The `<form>` with its summary on top. The browser's own bubbles are off: they know no languages and no summary. */
export function Form<Values extends Record<string, unknown>>({
  form,
  children,
  label,
  className,
}: {
  form: SendForm<Values>;
  children: ReactNode;
  label?: string;
  className?: string;
}) {
  return (
    <form noValidate onSubmit={form.submit} aria-label={label} className={className}>
      <FormSummary form={form} />
      {children}
    </form>
  );
}

/** What is wrong, with links to the fields; it takes focus after every attempt that failed. */
export function FormSummary<Values extends Record<string, unknown>>({ form }: { form: SendForm<Values> }) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  const { attempt, faults, problem } = form;
  useEffect(() => {
    if (attempt > 0) ref.current?.focus();
  }, [attempt]);
  if (faults.length === 0 && !problem) return null;
  const title = faults.length > 0 ? t('form.summary', { count: faults.length }) : t('form.failed');
  return (
    <Alert
      ref={ref}
      tabIndex={-1}
      role="alert"
      color="red"
      mb="md"
      icon={<TriangleAlert size={18} aria-hidden />}
      title={title}
    >
      {faults.length === 0 && problem && <Text size="sm">{problem.text}</Text>}
      {faults.length > 0 && (
        <List size="sm" listStyleType="none">
          {faults.map((fault) => (
            <List.Item key={`${fault.field} ${fault.text}`}>
              <SummaryLink form={form} fault={fault} />
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}

function SummaryLink<Values extends Record<string, unknown>>({
  form,
  fault,
}: {
  form: SendForm<Values>;
  fault: FieldFault;
}) {
  const node = form.fields.getInputNode(fault.field);
  if (!node) return fault.text;
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      c="inherit"
      td="underline"
      ta="start"
      onClick={() => node.focus()}
    >
      {labelOf(node)}
      {fault.text}
    </Anchor>
  );
}

function labelOf(node: HTMLElement): string {
  const label = node instanceof HTMLInputElement ? node.labels?.[0] : undefined;
  const text = label?.firstChild?.textContent?.trim();
  return text ? `${text}: ` : '';
}

/** Stays focusable while it works: a button that was just pressed never loses focus. */
export function SubmitButton<Values extends Record<string, unknown>>({
  form,
  children,
  ...rest
}: { form: SendForm<Values>; children: ReactNode } & Omit<ButtonProps, 'loading'>) {
  return (
    <Busy busy={form.sending} type="submit" {...rest}>
      {children}
    </Busy>
  );
}
