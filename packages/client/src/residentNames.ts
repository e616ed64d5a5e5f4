/** Name of the database of the resident's device. */
export const residentDatabase = 'health-kit-resident';
/** Name of the device key in it. */
export const residentKeyName = 'device';
