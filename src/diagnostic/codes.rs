//! The registry of diagnostic codes: for each one its number, what it means, the smallest wrong example and its fix.
//!
//! A code is added here in a line, `NAME = number, "title";`, and explained in `codes/explained`. Numbers are never reused:
//! 01xx reading, 02xx names and files, 03xx types and units, 04xx definitions and charges, 05xx tables, 06xx tests,
//! 09xx warnings. `ratewright explain RW0201` prints an entry, and `docs/errors.md` holds all of them.

mod explained;

use super::Code;

/// One registered code.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// What it is about, in a few words.
    pub title: &'static str,
}

/// The explanation of a code.
#[derive(Debug, Clone, Copy)]
pub struct Explanation {
    /// What it means and why it is so.
    pub text: &'static str,
    /// The smallest text that it is said about. Without a header it stands in a rule set whose currency is USD.
    pub wrong: &'static str,
    /// The same, mended.
    pub right: &'static str,
}

impl Entry {
    /// What it means, with an example.
    pub fn explanation(&self) -> Option<Explanation> {
        explained::of(self.code)
    }
}

/// The entry of a code.
pub fn entry(code: Code) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.code == code)
}

macro_rules! registry {
    ($($name:ident = $number:literal, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code($number);
        )*

        /// Every registered code.
        pub const ALL: &[Entry] = &[$(Entry { code: $name, title: $title }),*];
    };
}

registry! {
    SYNTAX = 100, "something else was expected here";
    STRAY_CHARACTER = 101, "a character that means nothing here";
    TEXT_NOT_CLOSED = 102, "a text without its closing quote";
    TEXT_TOO_LONG = 103, "a text that is too long";
    NAME_TOO_LONG = 104, "a name that is too long";
    TOO_DEEP = 105, "nested too deeply";
    CHAIN_TOO_LONG = 106, "a chain of operations that is too long";
    BAD_NUMBER = 107, "a number that cannot be read";
    BAD_DATE = 108, "a date or time that does not exist";
    UNEXPECTED = 109, "something that cannot stand here";
    NOT_CLOSED = 110, "a bracket that is not closed";
    UNKNOWN_ITEM = 111, "an item that starts with no word of the language";
    HEADER_MISSING = 112, "a file without its header";
    HEADER_MISPLACED = 113, "a header that is not the first thing in its file";
    UNKNOWN_ESCAPE = 114, "a backslash that means nothing";
    BAD_FILL = 115, "a message whose braces do not fit";
    LOOSE_VALUES = 116, "several values where one is expected";
    NOT_A_CHARGE = 117, "`is applied` after something that is no charge";
    MISPLACED_IF_ANY = 118, "an `if any` away from its list";
    SAID_TWICE = 119, "a clause that is said twice";
    CLAUSE_OUT_OF_PLACE = 120, "a clause that does not belong to its column";
    CROSSTAB_SHAPE = 121, "a crosstab without its one key across";
    FILE_TOO_LARGE = 122, "a file that is too large";
    UNREADABLE = 123, "a text that the program failed to read";

    CANNOT_READ = 200, "a file that cannot be read";
    UNKNOWN_NAME = 201, "a name that is not known here";
    DEFINED_TWICE = 202, "a name defined twice";
    AMBIGUOUS = 203, "a name that could mean several things";
    NOT_A_VALUE = 204, "a name that is not a value";
    NOT_A_RULE_SET = 205, "a module where a rule set is needed";
    NOT_A_MODULE = 206, "a rule set where a module is needed";
    NOT_IN_A_MODULE = 207, "what a module cannot hold";
    WRONG_BASE = 208, "the file of a base holds another rule set";
    NOTHING_TO_OVERRIDE = 209, "nothing in the base to replace";

    TYPE_MISMATCH = 300, "a value of the wrong kind";
    UNKNOWN_TYPE = 301, "an unknown type";
    UNKNOWN_UNIT = 302, "an unknown unit or currency";
    UNIT_MISSING = 303, "a type that needs its unit";
    WRONG_DIMENSION = 304, "units that do not go together";
    MAYBE_ABSENT = 305, "a value that may be absent";
    NO_OPERATOR = 306, "an operation that these values do not have";
    UNKNOWN_FIELD = 307, "a field that is not there";
    MISSING_FIELD = 308, "a field that is not written";
    NOT_A_LIST = 309, "a list is needed here";
    NOT_A_FUNCTION = 310, "a call of what is no function";
    WRONG_ARGUMENTS = 311, "a call with the wrong values";
    CANNOT_CONVERT = 312, "a conversion that does not exist";
    ALWAYS_GIVEN = 313, "a question about absence where there is none";
    NOT_MONEY = 314, "a charge that is not an amount of money";
    UNKNOWN_ZONE = 315, "an unknown time zone";
    TYPE_MISSING = 316, "a definition that needs its type";

    CIRCLE = 400, "definitions that need each other";
    MAYBE_NOT_APPLIED = 401, "a charge that may not apply";
    NOT_CONSTANT = 402, "a value that must be written out";
    NO_DATE = 403, "no date to read a dated value on";
    EMPTY_RANGE = 404, "a range that holds nothing";
    BAD_PATTERN = 405, "a pattern that cannot be read";
    BAD_STEP = 406, "a rounding step that rounds nothing";
    BAD_TOTAL = 407, "a total that does not add up";
    EXCEPTION_ALWAYS = 408, "an exception without a condition";
    GAP_IN_DATES = 409, "days without a value";
    OVERLAPPING_DATES = 410, "days with two values";
    TIERS_NOT_RISING = 411, "tiers out of order";
    TIERS_END = 412, "tiers that end";
    WRONG_KEYS = 413, "a look-up that does not fit its table";
    TOO_MANY = 418, "more names than one place can hold";
    DEPTH = 414, "definitions that build on each other too deeply";
    HOST_NOT_GIVEN = 415, "a host function that the program does not give";
    LINE_OUT_OF_PLACE = 416, "a line that nothing books";
    SUPERSEDES = 417, "an edition that cannot replace another";

    NO_SUCH_COLUMN = 500, "a column that is not in the table";
    COLUMN_NOT_DECLARED = 501, "a column that the table does not declare";
    HEADING_TWICE = 502, "two columns with the same heading";
    RAGGED_ROW = 503, "a row with too few or too many cells";
    BAD_CSV = 504, "a file that cannot be read as CSV";
    NO_ROWS = 505, "a table without rows";
    BAD_CELL = 506, "a cell that cannot be read";
    EMPTY_CELL = 507, "an empty cell where a value is needed";
    PERCENT_MISSING = 508, "a percent without its sign";
    CELL_UNIT = 509, "a cell in another unit or currency than its column";
    ROWS_OVERLAP = 510, "rows that match the same keys";
    SAME_KEYS = 511, "two rows with the same keys";
    OTHERWISE_PLACE = 512, "`otherwise` in the wrong place";
    BAD_POLICY = 513, "a hit policy that does not fit the columns";
    BAD_COLUMN = 514, "a column that a table cannot have";
    NO_BASE_ROW = 515, "no one row of the base table with these keys";
    COLUMNS_DIFFER = 516, "one table declared with different columns";
    MORE_PROBLEMS = 517, "more problems in the same table";
    HOLE = 518, "bands that leave a hole";
    BARS = 519, "a row without its double bar";
    GAP = 520, "keys that no row matches";

    EMPTY_BOOK = 600, "a test book without headings";
    RAGGED_BOOK = 601, "a test with too few or too many cells";
    UNKNOWN_HEADING = 602, "a heading that a test book does not have";

    UNUSED = 900, "something that nothing uses";
    ROW_NEVER_USED = 911, "a row that is never used";
    NOT_DECIDED = 912, "too many rows to compare";
    MANY_DECIMALS = 913, "a number that looks like a binary fraction";
    NOTHING_IGNORED = 914, "nothing to ignore";
    MORE_WARNINGS = 915, "more warnings about the same table";
    LOST_ZEROS = 916, "a number among texts with leading zeros";
    COLUMN_IDLE = 917, "a column that never decides";
    PERIODS_APART = 918, "days between two periods of a row";
    BANDS_END = 919, "keys without a row where others have one";

    BRANCH_NEVER_TAKEN = 920, "a branch that never gets its turn";
    CONDITION_NEVER = 921, "a condition that never holds";
    CONDITION_ALWAYS = 922, "a condition that always holds";
    EXCEPTIONS_MEET = 923, "exceptions that can hold at once";
    HOLE_REFUSED = 924, "bands that leave a hole which is refused";
    INPUT_BEYOND = 925, "inputs that reach beyond a table";
    EDITIONS_MEET = 926, "editions of a rule set that hold on the same days";
    EDITIONS_APART = 927, "days between two editions of a rule set";
    EDITION_UNDATED = 928, "editions that do not say which day prices an input";
    EDITIONS_CONFUSED = 929, "editions of one version, or superseding in a circle";

    RATE_ODD = 930, "a rate unlike its neighbours";
    BREAK_ODD = 931, "a break unlike the others";
    UNIT_ODD = 932, "a number in another unit than those beside it";
    DATE_ODD = 933, "a date that was hardly meant";
    CHARGE_TWICE = 934, "one charge under two codes";
    LABEL_TWICE = 935, "two charges with one label";
    COUNTED_TWICE = 936, "a charge that is counted twice";
    STAGE_TWICE = 937, "a discount or a rounding that is taken twice";
    AMOUNT_ODD = 938, "an amount that nobody means to charge";
    NEVER_ROUNDED = 939, "amounts that nothing rounds";
    CURRENCY_ODD = 940, "one charge in another currency";
    LIMIT_ODD = 941, "two charges that meet wrongly on their limit";
    TEXT_ODD = 942, "a text that nothing else knows";
    KEYS_SWAPPED = 943, "names in each other's place";
    WORDS_ODD = 944, "words that say something else than the rule";
    EACH_OF_ALL = 945, "a line for each element that is taken of all";
    UNREAD = 946, "a column or field that nothing reads";
    TEST_EMPTY = 947, "a test that expects nothing";
    TEST_NAME = 948, "two tests of one name";
    OVERRIDES_SAME = 949, "an override that changes nothing";
}
