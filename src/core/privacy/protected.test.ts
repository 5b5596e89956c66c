import { expect, test } from 'vitest';
import { isProtectedLabel, protectedName, unreadColumn } from './protected.ts';

const told: Readonly<Record<string, readonly string[]>> = {
  'race or colour': [
    'race',
    'racestatus',
    'Race/Ethnicity',
    'ETHNICITY',
    'skin_color',
    'isHispanic',
    'pct_black',
    'ancestry',
  ],
  religion: ['religion', 'Religious Affiliation', 'church', 'faith-group'],
  'national origin or citizenship': [
    ...['nationality', 'countryOfBirth', 'citizenship_status', 'US Citizen', 'visa_type', 'SSN', 'place of birth'],
    ...['native_country', 'nationalty', 'citizenshipstatus', 'S.S.N.', "Nat'l Origin", 'Immig. Status'],
  ],
  'sex or gender': [
    'sex',
    'gndr',
    'Gender',
    'gender_f',
    'genderIdentity',
    'is_female',
    'pronouns',
    'Salutation',
    'Mr/Mrs',
    'M/F',
  ],
  'disability or health': [
    ...['disability', 'IsDisabled', 'ADA Unit', 'wheelchair_user', 'reasonable_accommodation', 'service-animal'],
    ...['medicalNotes', 'esa_letter', 'RA Request', '504 unit'],
    ...['HC Unit', 'Reasonable Accom', 'Accom'],
  ],
  'family or household': [
    ...['familial_status', 'children', 'numKids', 'dependents', 'household_size', 'HOUSEHOLDSIZE', 'familysize'],
    ...['occupant_count', 'Number of Occupants', 'pregnant', 'adults', 'hh_size', 'hhSize', 'hhcount'],
    ...['FamSize', 'Fam Size', 'famsize', 'No. of Occ', 'HOH', 'HoH'],
  ],
  age: [
    'age',
    'tenantAge',
    'DOB',
    'D.O.B.',
    'DoB',
    'birth_date',
    'dateofbirth',
    'BirthYear',
    'SeniorCitizen',
    'age18',
    'bdate',
    'yob',
    'birthmonth',
    'tenantage',
  ],
  'marital status': ['marital_status', 'maritalstatus', 'MaritalStatus', 'spouse_name', 'married', 'Widow'],
  'military service': [
    'veteran',
    'veteranstatus',
    'Military',
    'Vet',
    'Vet Y/N',
    'Mil Status',
    'mil_status',
    'MilStatus',
  ],
  'source of income': [
    ...['income_source', 'sourceOfIncome', 'monthly_income', 'voucher', 'voucher_flag', 'Section 8', 'section8', 'HAP'],
    ...['benefits_day', 'ssi_payment_date', 'employer'],
    ...['monthlyincome', 'vouchered', 'hud_assisted', 'payer_type', 'S8', 'HCVP', 'Occ'],
    ...['Sect 8', 'Sect. 8', 'Emp', 'Emp Status', 'Rental Asst'],
  ],
  'criminal history': ['criminal_history', 'felonyFlag', 'arrests', 'Crim', 'Crim. Check'],
  'a consumer report': [
    ...['credit_score', 'FICO', 'screening_result', 'prior_evictions', 'Credit', 'Tenant Score'],
    ...['EquifaxScore', 'Prior Eviction', 'Eviction', 'Evictions', 'Eviction Y/N', 'Tenant Credit'],
  ],
  'domestic violence': ['domestic_violence', 'VAWA'],
  'where somebody lives': [
    ...['zip', 'ZIP', 'zip5', 'zipcode', 'zipCode', 'ZIPCode', 'Zip-Code', 'postcode', 'postal_code', 'PostalCode'],
    ...['census_tract', 'tract2020', 'Neighborhood', 'neighbourhood', 'address', 'Street', 'latitude', 'county_fips'],
    ...['censustract2020', 'region', 'Nbhd'],
  ],
  language: [
    'language',
    'preferred_language',
    'lang',
    'LocaleCode',
    'interpreter_needed',
    'ticket_language',
    'spokenlanguage',
    'ESL',
    'Prefers Spanish',
    'Interp. Needed',
  ],
  'school or education': ['school', 'school_district', 'student_status'],
  'voice or picture': ['photo', 'profilePhotoUrl', 'accent', 'audio_pitch'],
  'a device': ['device', 'deviceType', 'user_agent', 'phone_model'],
  'what somebody is called': ['name', 'tenant_name', 'LastName', 'surname'],
};

test.each(Object.entries(told).flatMap(([what, names]) => names.map((name) => [name, what])))(
  '%s stands for %s',
  (name, what) => {
    expect(protectedName(name)).toBe(what);
  },
);

/** Columns of real exports of rent rolls, ledgers, work orders and portals. */
const harmless = `rent unit_id tenant_id lease_id property_id line_id balance amount Charges Payments Transaction
  date Type Description Status Created Completed Category Number opened_on closed_on reopened signed_on starts_on
  ends_on notice_on moved_out_on known_on offered_on connected_from started_at consent left_because asking_rent
  first_reply_on portal_logins survey autopay late_fee security_deposit market_rent sq_ft bedrooms bathrooms floor
  unit_type occupancy_status Lease_From Move_In move_out days_late open_age_max ticketAge balance_age aging_30
  autopay_disabled property_name vendor_name rental_income single_family multifamily email_address ip_address
  color_code pager percentage stage mileage usage average package message assessment racetrack embrace essex middlesex
  unit_photo storage garage damage mortgage page image_count renewals term_months tickets_90d price_per_sqft
  proration ticketage unitage filename vendorname rentalincome colorcode autopaydisabled occupant_id streetlight
  blackout screener payer pay_date agency namespace regional_manager hash hours this occ_date occ_status occupancy_date credit_amount credits debit_credit
  rent_credit vet_bill MF A/C A/R W/O Y/N P.O. ra_date milestone survey_score vetted corvette constructor
  emp_id eviction_notice_on eviction_filed_date sector temp temp_status accomplished market_status`;

test.each(harmless.split(/\s+/))('%s stands for nothing of the kind', (name) => {
  expect(protectedName(name)).toBeUndefined();
});

test.each(['name', 'Resident Name', 'last_name', 'ticket_language', 'Property Address'])('%s may be shown', (name) => {
  expect(protectedName(name)).toBeDefined();
  expect(unreadColumn(name)).toBeUndefined();
});

test.each(['zip', 'spouse_name', 'school name', 'language', 'tenant_address'])('nor is %s read to be shown', (name) => {
  expect(unreadColumn(name)).toBe(protectedName(name));
  expect(unreadColumn(name)).toBeDefined();
});

test('a credit is a sum in a ledger, and a report in any other file', () => {
  expect(unreadColumn('Credit')).toBe('a consumer report');
  for (const name of ['Credit', 'Tenant Credit', 'Resident Credit', 'resident_credit'])
    expect(unreadColumn(name, true), name).toBeUndefined();
  expect(unreadColumn('Tenant Credit')).toBe('a consumer report');
  expect(unreadColumn('Credit Y/N', true)).toBe('a consumer report');
  expect(unreadColumn('Credit Score', true)).toBe('a consumer report');
});

test.each([
  'Section 8 voucher',
  'HCVP',
  'Veteran',
  'married',
  'Hispanic',
  'White',
  'S8 recert',
  'HUD voucher',
  'Military',
  'Military status',
  'military clause',
  'Widow',
  'Widow discount',
  'Active duty transfer',
  'HUD inspection, veteran',
  'Spouse moved out',
])('to be filed under "%s" tells it of somebody', (label) => {
  expect(isProtectedLabel(label)).toBe(true);
});

test.each([
  'Plumbing',
  'Black mold',
  'Health & Safety',
  'Street light',
  'Address',
  'Screening',
  'Smart device',
  'HVAC',
  'HUD inspection',
  'Annual HUD inspection',
  'HUD annual insp.',
  'Section 8 inspections',
  'S8 insp',
  'welfare check',
  'benefits office',
  'HUD form',
  'military time clock',
  'widow maker tree',
  'Black widow spiders',
])('to be filed under "%s" tells of a thing', (label) => {
  expect(isProtectedLabel(label)).toBe(false);
});
