import { useEffect, useRef, useState } from 'react';
import { listContacts, type Case, type TracePseudonym } from '@health-kit/api';
import { Button, EmptyState, Loading } from '@health-kit/ui';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { RequestDialog } from '../disclosure/RequestDialog.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import { findCloseContacts, type Contact } from './closeContacts.ts';
import { ContactRow } from './ContactRow.tsx';
import { isOrderable, isOrderableWithOthers } from './orderable.ts';
import { ProposalDialog } from './ProposalDialog.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './tracing.module.css';

/** One page at a time stands on the screen, however many contacts a case has. */
const pageSize = 100;

/** The contacts of a case, highest score first: looked through page by page, selected, proposed. */
export function ContactsSection({ found }: { readonly found: Case }) {
  const text = useText();
  /** The keys of the pages up to the one that is shown; the first page has none. */
  const [keys, setKeys] = useState<readonly (string | null)[]>([null]);
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<TracePseudonym>>(new Set());
  /** Selected people for whom an order stands or waits: for a disclosure, and no other order. */
  const [ordered, setOrdered] = useState<ReadonlySet<TracePseudonym>>(new Set());
  const [proposing, setProposing] = useState(false);
  const [disclosing, setDisclosing] = useState(false);
  const orderableSelected = [...selected].filter((contact) => !ordered.has(contact));
  const after = keys.at(-1) ?? null;
  const answer = useAnswer(listContacts, { params: { caseId: found.caseId }, query: { limit: pageSize, ...(after === null ? {} : { after }) } }, { keepPrevious: true });
  const region = useRef<HTMLElement>(null);

  function toggle(contact: Contact): void {
    const next = new Set(selected);
    if (!next.delete(contact.contact)) next.add(contact.contact);
    setSelected(next);
    if (!isOrderable(contact)) setOrdered(new Set([...ordered, contact.contact]));
  }
  function turn(next: readonly (string | null)[]): void {
    setKeys(next);
    region.current?.scrollIntoView({ block: 'start' });
  }

  return (
    <section ref={region} className={lists.section} aria-labelledby="contacts">
      <h2 id="contacts">{text('tracing.contactsTitle', { count: found.contacts })}</h2>
      <Answered answer={answer}>
        {({ contacts, next }) => {
          if (contacts.length === 0 && keys.length === 1) return <EmptyState symbol="tick" title={text('tracing.noContacts')}>{text('tracing.noContactsText')}</EmptyState>;
          const shown = contacts.filter(({ contact, exposures }) => matchesFilter(filter, [contact, ...exposures.map(({ venueName }) => venueName)]));
          const orderable = shown.filter(isOrderableWithOthers).map(({ contact }) => contact);
          const allChosen = orderable.length > 0 && orderable.every((contact) => selected.has(contact));
          return (
            <>
              <div className={lists.toolbar}>
                <FilterField value={filter} onChange={setFilter} label={text('tracing.filterContacts')} />
                {found.state === 'open' ? <SelectClose found={found} onFound={(closest) => setSelected((before) => new Set([...before, ...closest]))} /> : null}
              </div>
              <div className={styles.selection} role="status">
                <span>{text('tracing.selected', { count: selected.size })}</span>
                {selected.size === 0 ? null : (
                  <span className={forms.actions}>
                    <Button disabled={orderableSelected.length === 0} onClick={() => setProposing(true)}>{text('tracing.propose')}</Button>
                    {found.state === 'open' ? <Button look="secondary" onClick={() => setDisclosing(true)}>{text('disclosure.request.open')}</Button> : null}
                    <Button look="quiet" onClick={() => setSelected(new Set())}>{text('tracing.clearSelection')}</Button>
                  </span>
                )}
              </div>
              {shown.length === 0 ? <p>{text('lists.filterNone', { text: filter })}</p> : (
                <Table
                  caption={text('tracing.contacts')}
                  columns={[
                    { label: text('tracing.select'), quiet: true }, { label: text('tracing.contact') }, { label: text('tracing.class') }, { label: text('tracing.score') },
                    { label: text('tracing.overlap'), figures: true }, { label: text('tracing.places') }, { label: text('tracing.order') },
                  ]}
                >
                  <tr>
                    <td><label className={lists.checkTarget}><input type="checkbox" className={lists.check} aria-label={text('tracing.selectPage')} disabled={orderable.length === 0} checked={allChosen} onChange={() => setSelected(allChosen ? new Set([...selected].filter((contact) => !orderable.includes(contact))) : new Set([...selected, ...orderable]))} /></label></td>
                    <td colSpan={6} className={lists.soft}>{text('tracing.selectPage')}</td>
                  </tr>
                  {shown.map((contact) => <ContactRow key={contact.contact} contact={contact} selected={selected.has(contact.contact)} onToggle={() => toggle(contact)} />)}
                </Table>
              )}
              {keys.length === 1 && next === null ? null : (
                <div className={lists.pager}>
                  <span className={lists.soft}>{text('lists.page', { page: keys.length })}</span>
                  <Button look="secondary" data-shortcut="p" disabled={keys.length === 1} onClick={() => turn(keys.slice(0, -1))}>{text('lists.previous')}</Button>
                  <Button look="secondary" data-shortcut="n" disabled={next === null} onClick={() => turn([...keys, next])}>{text('lists.next')}</Button>
                </div>
              )}
            </>
          );
        }}
      </Answered>
      {disclosing ? <RequestDialog caseId={found.caseId} people={[...selected]} onClose={() => setDisclosing(false)} /> : null}
      {proposing ? <ProposalDialog found={found} contacts={orderableSelected} onClose={() => setProposing(false)} onProposed={(proposed) => setSelected((before) => new Set([...before].filter((contact) => !proposed.includes(contact))))} /> : null}
    </section>
  );
}

/** Goes through all pages, so that it takes a moment in a large case and can be stopped. */
function SelectClose({ found, onFound }: { readonly found: Case; readonly onFound: (contacts: readonly TracePseudonym[]) => void }) {
  const text = useText();
  const [seen, setSeen] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function select(): Promise<void> {
    const controller = new AbortController();
    running.current = controller;
    setError(null);
    setSeen(0);
    try {
      const contacts = await findCloseContacts(found.caseId, setSeen, controller.signal);
      if (!controller.signal.aborted) onFound(contacts);
    } catch (reason) {
      if (!controller.signal.aborted) setError(reason);
    } finally {
      setSeen(null);
    }
  }
  return (
    <>
      <Button look="secondary" busy={seen !== null} onClick={() => void select()}>{text('tracing.selectClose')}</Button>
      {seen === null ? null : (
        <>
          <Loading label={text('tracing.looking', { seen, count: found.contacts })} {...(found.contacts === 0 ? {} : { progress: Math.min(1, seen / found.contacts) })} />
          <Button look="quiet" onClick={() => running.current?.abort()}>{text('forms.cancel')}</Button>
        </>
      )}
      {error === null ? null : <FailureNotice error={error} />}
    </>
  );
}
