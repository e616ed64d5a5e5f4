-- What three tables hold since moves at the desk and the names of held accounts came.

SET ROLE hk_vault_owner;
COMMENT ON TABLE vault.subject_touch IS 'Whom officers have touched, and whose owners stopped a move that an officer had asked for, by keyed hash, for the budgets of distinct people. Retention: one day.';
COMMENT ON TABLE vault.recovery_block IS 'Accounts whose owner stopped a move: no device asks for one for a while, and what a desk asks for waits that long more. Retention: that while, cleared daily.';
COMMENT ON TABLE vault.held_account IS 'Erased accounts that public health still counts on (a case, a specimen under way, a result, an order or a proposal of one), by keyed hashes of the document''s number and the name. Retention: until that is over, cleared daily.';
RESET ROLE;
