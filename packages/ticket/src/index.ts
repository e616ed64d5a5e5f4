export { sealTicket, openTicket, type Ticket, type ResidentTicket, type StaffTicket, type GateTicket, type InstitutionTicket, type TicketRefusal } from './ticket.ts';
