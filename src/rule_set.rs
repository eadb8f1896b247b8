//! The public handle on a compiled rule set: texts in, quotes out.
//!
//! A [`Compiler`] collects texts, a loader and host functions, and makes a [`RuleSet`]; what is wrong comes back as
//! [`Rejected`]. A rule set never changes, is cheap to clone, and may be used from many threads at once.

use crate::check::{self, Checked, Loader};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::digest::{self, Digest, RuleDigest};
use crate::eval::explain::{Kept, Origin};
use crate::eval::{
    self, Edges, EvalError, Explanation, HostFunction, Hosts, Limits, Path, Scout, Scratch, Sights, Silent, Watch,
};
use crate::input::{Binder, InputForm, InputLimits, InputMemory, Sent};
use crate::program::{Expr, ExprKind, InputField, Program};
use crate::quote::Quote;
use crate::schema;
use crate::source::{SourceFile, SourceMap};
use crate::testing::{self, TestReport};
use crate::value::{Date, Value};
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Makes rule sets from texts.
///
/// ```
/// use ratewright::{Compiler, value::{Number, Value}};
///
/// let rules = Compiler::new()
///     .source("rates.rules", "module rates\nparameter per_mile = 0.56 USD per mi")
///     .source("trip.rules", r#"
///         ruleset trip "Trips" { currency USD }
///         import "rates.rules"
///         input { origin : text  destination : text }
///         host function distance(origin : text, destination : text) -> length in mi
///         charge TRIP = distance(origin, destination) * per_mile
///     "#)
///     .host("distance", |_| Ok(Value::Number(Number::from_i64(120))))
///     .compile("trip.rules")?;
/// let quote = rules.quote_json(r#"{"origin": "Boston", "destination": "Albany"}"#).unwrap();
/// assert_eq!(quote.totals()[0].to_string(), "67.20 USD");
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Default)]
pub struct Compiler {
    texts: HashMap<String, String>,
    loader: Option<Box<dyn Loader>>,
    hosts: HashMap<String, HostFunction>,
    limits: Limits,
}

impl Compiler {
    /// A compiler without texts.
    pub fn new() -> Self {
        Compiler::default()
    }

    /// Adds a text under a path with `/` between folders; it goes before what the loader gives.
    pub fn source(mut self, path: &str, text: &str) -> Self {
        self.texts.insert(path.to_string(), text.to_string());
        self
    }

    /// Says where texts come from that were not added: such as a [`crate::Directory`].
    pub fn loader(mut self, loader: impl Loader + 'static) -> Self {
        self.loader = Some(Box::new(loader));
        self
    }

    /// Gives the function that rules declare as `host function NAME(…) -> …`. It must be pure: the same arguments give the same
    /// result. Arguments and result are values of the declared types, quantities as bare numbers of the declared unit; a result of
    /// another kind, and an `Err`, are errors of kind [`eval::ErrorKind::Host`]. One that no rule declares is never called.
    pub fn host(
        mut self,
        name: &str,
        function: impl Fn(&[Value]) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        self.hosts.insert(name.to_string(), Arc::new(function));
        self
    }

    /// Sets how large a file may be and how much one quote may cost.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Compiles the rule set whose text is at the path `main`.
    ///
    /// # Errors
    /// Everything that is wrong with it, warnings included: also texts that cannot be read, and host functions that are declared and not given.
    pub fn compile(&self, main: &str) -> Result<RuleSet, Rejected> {
        let Checked { sources, program, mut diagnostics } = check::check(main, self);
        let Some(mut program) = program else { return Err(Rejected { sources, diagnostics }) };
        let mut functions = Vec::with_capacity(program.hosts.len());
        for signature in &program.hosts {
            match self.hosts.get(&signature.name) {
                Some(function) => functions.push(function.clone()),
                None => diagnostics.push(
                    Diagnostic::error(
                        codes::HOST_NOT_GIVEN,
                        format!("the program gives no function `{}`", signature.name),
                        signature.span,
                        "declared here",
                    )
                    .help(format!(
                        "give it when compiling: `.host(\"{}\", …)`, or take the declaration out",
                        signature.name
                    )),
                ),
            }
        }
        if functions.len() < program.hosts.len() {
            return Err(Rejected { sources, diagnostics });
        }
        let (hosts, limits) = (Hosts::new(functions), self.limits.clone());
        compute_defaults(&mut program, &hosts, &limits);
        let form = Arc::new(InputForm::new(&program));
        Ok(RuleSet { inner: Arc::new(Inner { program, form, hosts, limits, warnings: diagnostics }) })
    }
}

/// The value of a default, which depends on no input.
fn default_of(program: &Program, hosts: &Hosts, limits: &Limits, expr: &Expr) -> Result<Value, EvalError> {
    if let ExprKind::Constant(value) = &expr.kind {
        return Ok(value.clone());
    }
    eval::evaluate(program, hosts, &[], limits, (expr, program.locals))
}

/// Computes the defaults of inputs once, so that a quote need not. One that fails stays, and fails where it is needed.
fn compute_defaults(program: &mut Program, hosts: &Hosts, limits: &Limits) {
    let compute = |program: &Program, field: &InputField| {
        let expr = field.default.as_ref().filter(|expr| !matches!(expr.kind, ExprKind::Constant(_)))?;
        let value = default_of(program, hosts, limits, expr).ok()?;
        Some(expr.clone().with_kind(ExprKind::Constant(value)))
    };
    let computed = |fields: &[InputField]| fields.iter().map(|field| compute(program, field)).collect::<Vec<_>>();
    let inputs = computed(&program.inputs);
    let records: Vec<_> = program.record_fields.iter().map(|fields| computed(fields)).collect();
    let all = program.inputs.iter_mut().chain(program.record_fields.iter_mut().flatten());
    for (field, computed) in all.zip(inputs.into_iter().chain(records.into_iter().flatten())) {
        if computed.is_some() {
            field.default = computed;
        }
    }
}

impl Loader for Compiler {
    fn load(&self, path: &str) -> Result<String, String> {
        let text = match (self.texts.get(path), &self.loader) {
            (Some(text), _) => text.clone(),
            (None, Some(loader)) => loader.load(path)?,
            (None, None) => return Err("no such file".to_string()),
        };
        match text.len() > self.limits.file {
            true => Err(format!("the file has {} bytes, and {} are allowed", text.len(), self.limits.file)),
            false => Ok(text),
        }
    }
}

impl fmt::Debug for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (texts, hosts): (Vec<_>, Vec<_>) = (self.texts.keys().collect(), self.hosts.keys().collect());
        f.debug_struct("Compiler").field("texts", &texts).field("hosts", &hosts).finish_non_exhaustive()
    }
}

/// Why a rule set cannot be used. It shows one line for each problem; tools draw the diagnostics on their text.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// The texts that the diagnostics are about.
    pub sources: Arc<SourceMap>,
    /// What was found, errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        for (position, diagnostic) in errors.enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            let span = diagnostic.primary.span;
            if let Some(file) = self.sources.file(span.file) {
                let place = file.place(span.start);
                write!(f, "{}:{}:{}: ", file.name, place.line, place.column)?;
            }
            write!(f, "{}: {}", diagnostic.code, diagnostic.title)?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejected {}

/// A compiled rule set: a pure function from an input to a quote. A clone counts a reference.
#[derive(Clone)]
pub struct RuleSet {
    inner: Arc<Inner>,
}

struct Inner {
    program: Program,
    form: Arc<InputForm>,
    hosts: Hosts,
    limits: Limits,
    warnings: Vec<Diagnostic>,
}

/// A rule set is shared between threads and outlives what it was made from.
const _: fn() = || {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<RuleSet>();
    is_shared::<Context>();
};

/// The memory of quotes, to be reused by one thread for many quotes. See [`RuleSet::quote_in`].
///
/// Once it has been used, reading an input allocates nothing but texts that did not occur before, lists of another length than
/// before, and what a default computes; and pricing it only what the quote consists of, with [`RuleSet::quote_into`] not even that. It keeps the values of the last input until the next, and short texts that occurred. It may
/// be used with any rule set; with another than before it begins anew.
#[derive(Debug, Default)]
pub struct Context {
    scratch: Scratch,
    input: InputMemory,
}

impl RuleSet {
    /// Compiles one text that names no files.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    ///
    /// ```
    /// let rules = ratewright::RuleSet::compile(r#"
    ///     ruleset parcel "Parcels" { currency USD }
    ///     input { weight : mass in lb }
    ///     charge BASE "Transportation" = 2.50 USD per lb * weight
    /// "#)?;
    /// assert_eq!(rules.title(), "Parcels");
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn compile(text: &str) -> Result<RuleSet, Rejected> {
        Compiler::new().source("main.rules", text).compile("main.rules")
    }

    /// Its dotted name.
    pub fn name(&self) -> &str {
        &self.inner.program.name
    }

    /// Its title for people.
    pub fn title(&self) -> &str {
        &self.inner.program.title
    }

    /// Its version, as its author wrote it.
    pub fn version(&self) -> Option<&str> {
        self.inner.program.version.as_deref()
    }

    /// The release of the IANA time zone database that the rule set computes with, such as `2026b`. It is part of the engine, so
    /// that two services on one version of the engine never disagree about a local time.
    ///
    /// ```
    /// let rules = ratewright::RuleSet::compile("ruleset r { currency USD }\ncharge A = 1 USD")?;
    /// assert!(rules.zone_database_version().starts_with("20"));
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn zone_database_version(&self) -> &'static str {
        crate::value::zone_database_version()
    }

    /// The digest of its meaning: equal for rule sets whose quotes and explanations are the same bytes for every input, whatever the
    /// layout and comments of their texts. Made anew at each call, in time in proportion to the rules and the rows of tables.
    ///
    /// ```
    /// let rules = |text: &str| ratewright::RuleSet::compile(text);
    /// let one = rules("ruleset r { currency USD }\ncharge A = 1 USD")?;
    /// let same = rules("# fees of 2026\nruleset r {\n  currency USD\n}\ncharge A = 1.00 USD")?;
    /// let other = rules("ruleset r { currency USD }\ncharge A = 2 USD")?;
    /// assert_eq!(one.digest(), same.digest());
    /// assert_ne!(one.digest(), other.digest());
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn digest(&self) -> Digest {
        digest::of_rule_set(&self.inner.program)
    }

    /// The digest of each rule's meaning: of its charges, exceptions, tables, parameters, totals, outputs, flags and refusals. A rule's
    /// digest changes with what it refers to, and not with other rules or with words for people. Takes as long as [`RuleSet::digest`].
    ///
    /// ```
    /// let rules = |rate: &str| {
    ///     let text = format!("ruleset r {{ currency USD }}\nlet rate = {rate}\ncharge A = 10 USD * rate\ncharge B = 1 USD");
    ///     ratewright::RuleSet::compile(&text)
    /// };
    /// let (before, after) = (rules("2")?, rules("3")?);
    /// let changed: Vec<bool> = before.rule_digests().iter().zip(&after.rule_digests()).map(|(a, b)| a != b).collect();
    /// assert_eq!(changed, [true, false]);
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn rule_digests(&self) -> Vec<RuleDigest> {
        digest::of_rules(&self.inner.program)
    }

    /// The compiled form, for tools.
    pub fn program(&self) -> &Program {
        &self.inner.program
    }

    /// The texts that it was made of.
    pub fn sources(&self) -> &SourceMap {
        &self.inner.program.sources
    }

    /// A compiler with the same texts, functions and limits.
    pub(crate) fn compiler(&self) -> Compiler {
        let Inner { program, hosts, limits, .. } = &*self.inner;
        let texts = program
            .sources
            .files()
            .fold(Compiler::new(), |compiler, (_, file)| compiler.source(&file.name, &file.text));
        let hosts = program.hosts.iter().zip(hosts.functions()).map(|(host, one)| (host.name.clone(), one.clone()));
        Compiler { hosts: hosts.collect(), limits: limits.clone(), ..texts }
    }

    /// What the checker warns of.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }

    /// The quote for an input: any value that serde can walk over. `docs/wire-format.md` says what each type is sent as. Fields of type
    /// `Decimal` are read quickest with the attribute of [`crate::input::decimal`].
    ///
    /// # Errors
    /// The input does not fit the rule set's declaration, the rules refuse it, or pricing it fails.
    ///
    /// ```
    /// # let rules = ratewright::RuleSet::compile(r#"
    /// #     ruleset parcel "Parcels" { currency USD }
    /// #     input { weight : mass in lb  insured : yes/no = no }
    /// #     charge BASE = 2.50 USD per lb * weight
    /// #     charge INSURANCE = 1 USD when insured
    /// # "#)?;
    /// #[derive(serde::Serialize)]
    /// struct Parcel {
    ///     weight: u32,
    /// }
    ///
    /// let quote = rules.quote(&Parcel { weight: 3 })?;
    /// assert_eq!(quote.totals()[0].to_string(), "7.50 USD");
    ///
    /// let error = rules.quote_json(r#"{"weight": "3 in"}"#).unwrap_err();
    /// assert_eq!(error.path.as_deref(), Some("weight"));
    /// assert_eq!(error.message, "expected a unit of mass such as lb, found in, a unit of length");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quote<I: Serialize + ?Sized>(&self, input: &I) -> Result<Quote, EvalError> {
        self.quote_in(&mut self.context(), input)
    }

    /// The quote for an input in JSON. Numbers are read from their digits.
    ///
    /// # Errors
    /// As [`RuleSet::quote`]; or the text is not JSON.
    pub fn quote_json(&self, text: &str) -> Result<Quote, EvalError> {
        self.quote_json_in(&mut self.context(), text)
    }

    /// The quote for an input in flat text fields, such as the cells of a CSV row: `weight`, `lines[0].weight` or `lines.0.weight`.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_fields(&self, fields: &[(&str, &str)]) -> Result<Quote, EvalError> {
        self.quote_fields_in(&mut self.context(), fields)
    }

    /// Memory for many quotes.
    pub fn context(&self) -> Context {
        Context::default()
    }

    /// As [`RuleSet::quote`], in memory that is used again.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_in<I: Serialize + ?Sized>(&self, context: &mut Context, input: &I) -> Result<Quote, EvalError> {
        let mut quote = Quote::default();
        self.quote_into(context, input, &mut quote).map(|()| quote)
    }

    /// As [`RuleSet::quote_json`], in memory that is used again.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn quote_json_in(&self, context: &mut Context, text: &str) -> Result<Quote, EvalError> {
        let mut quote = Quote::default();
        self.quote_json_into(context, text, &mut quote).map(|()| quote)
    }

    /// As [`RuleSet::quote_fields`], in memory that is used again.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_fields_in(&self, context: &mut Context, fields: &[(&str, &str)]) -> Result<Quote, EvalError> {
        let mut quote = Quote::default();
        self.quote_fields_into(context, fields, &mut quote).map(|()| quote)
    }

    /// As [`RuleSet::quote_in`], into a quote that is used again too: once both have been used, nothing is allocated for an input
    /// without lists. After an error the quote is empty.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    ///
    /// ```
    /// use ratewright::{Quote, RuleSet};
    ///
    /// let rules = RuleSet::compile(r#"
    ///     ruleset parcel "Parcels" { currency USD }
    ///     input { weight : mass in lb }
    ///     charge BASE = 2.50 USD per lb * weight
    /// "#)?;
    /// let (mut context, mut quote) = (rules.context(), Quote::default());
    /// let mut json = Vec::new();
    /// for weight in ["3", "4"] {
    ///     rules.quote_fields_into(&mut context, &[("weight", weight)], &mut quote)?;
    ///     serde_json::to_writer(&mut json, &quote)?;
    ///     json.push(b'\n');
    /// }
    /// let text = String::from_utf8(json)?;
    /// assert!(text.lines().nth(1).unwrap().contains(r#""totals":[{"amount":"10.00","currency":"USD"}]"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quote_into<I: Serialize + ?Sized>(
        &self,
        context: &mut Context,
        input: &I,
        quote: &mut Quote,
    ) -> Result<(), EvalError> {
        self.price(context, quote, |binder, memory| binder.bind(memory, input))
    }

    /// As [`RuleSet::quote_into`], for an input in JSON.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn quote_json_into(&self, context: &mut Context, text: &str, quote: &mut Quote) -> Result<(), EvalError> {
        self.price(context, quote, |binder, memory| binder.bind_json(memory, text))
    }

    /// As [`RuleSet::quote_into`], for an input in flat text fields.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_fields_into(
        &self,
        context: &mut Context,
        fields: &[(&str, &str)],
        quote: &mut Quote,
    ) -> Result<(), EvalError> {
        self.price(context, quote, |binder, memory| binder.bind_fields(memory, fields))
    }

    /// The values of an input, one for each field of the rule set's declaration: what [`RuleSet::quote_in`] prices, without pricing it.
    ///
    /// # Errors
    /// The input does not fit the rule set's declaration.
    ///
    /// ```
    /// # let rules = ratewright::RuleSet::compile(r#"
    /// #     ruleset parcel "Parcels" { currency USD }
    /// #     input { weight : mass in lb  insured : yes/no = no }
    /// #     charge BASE = 2.50 USD per lb * weight
    /// # "#)?;
    /// use ratewright::value::{Number, Value};
    ///
    /// let mut context = rules.context();
    /// let values = rules.read_json_in(&mut context, r#"{"weight": "48 oz"}"#)?;
    /// assert_eq!(values, [Value::Number(Number::from_i64(3)), Value::YesNo(false)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_in<'c, I: Serialize + ?Sized>(
        &self,
        context: &'c mut Context,
        input: &I,
    ) -> Result<&'c [Value], EvalError> {
        self.bind(&mut context.input, |binder, memory| binder.bind(memory, input))
    }

    /// As [`RuleSet::read_in`], for an input in JSON.
    ///
    /// # Errors
    /// As [`RuleSet::read_in`]; or the text is not JSON.
    pub fn read_json_in<'c>(&self, context: &'c mut Context, text: &str) -> Result<&'c [Value], EvalError> {
        self.bind(&mut context.input, |binder, memory| binder.bind_json(memory, text))
    }

    /// As [`RuleSet::read_in`], for an input in flat text fields.
    ///
    /// # Errors
    /// As [`RuleSet::read_in`].
    pub fn read_fields_in<'c>(
        &self,
        context: &'c mut Context,
        fields: &[(&str, &str)],
    ) -> Result<&'c [Value], EvalError> {
        self.bind(&mut context.input, |binder, memory| binder.bind_fields(memory, fields))
    }

    /// The quote for an input, and how each amount of it came about: an [`Explanation`] that keeps the values of the input, and is told
    /// when somebody reads it. A quote that is explained takes little longer than one that is not.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn explain<I: Serialize + ?Sized>(&self, input: &I) -> Result<(Quote, Explanation), EvalError> {
        let mut quote = Quote::default();
        self.explain_into(&mut self.context(), input, &mut quote).map(|explanation| (quote, explanation))
    }

    /// As [`RuleSet::explain`], for an input in JSON.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn explain_json(&self, text: &str) -> Result<(Quote, Explanation), EvalError> {
        let mut quote = Quote::default();
        self.explain_json_into(&mut self.context(), text, &mut quote).map(|explanation| (quote, explanation))
    }

    /// As [`RuleSet::explain`], for an input in flat text fields.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn explain_fields(&self, fields: &[(&str, &str)]) -> Result<(Quote, Explanation), EvalError> {
        let mut quote = Quote::default();
        self.explain_fields_into(&mut self.context(), fields, &mut quote).map(|explanation| (quote, explanation))
    }

    /// As [`RuleSet::explain`], in memory and into a quote that are used again.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    ///
    /// ```
    /// use ratewright::{Quote, RuleSet};
    ///
    /// let rules = RuleSet::compile(r#"
    ///     ruleset parcel "Parcels" { currency USD }
    ///     input { weight : mass in lb }
    ///     charge BASE = 2.50 USD per lb * weight
    /// "#)?;
    /// let (mut context, mut quote) = (rules.context(), Quote::default());
    /// let mut disputed = None;
    /// for weight in ["3", "400"] {
    ///     let explanation = rules.explain_fields_into(&mut context, &[("weight", weight)], &mut quote)?;
    ///     if quote.lines("BASE").any(|line| line.money().to_string() == "1000.00 USD") {
    ///         disputed = Some(explanation);
    ///     }
    /// }
    /// let explanation = disputed.unwrap();
    /// let charge = explanation.charge("BASE").unwrap();
    /// assert_eq!((charge.value, charge.place), (Some("1000.00 USD"), "main.rules:4"));
    /// assert!(charge.parts.iter().any(|step| step.label.starts_with("2.50 USD per lb")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain_into<I: Serialize + ?Sized>(
        &self,
        context: &mut Context,
        input: &I,
        quote: &mut Quote,
    ) -> Result<Explanation, EvalError> {
        self.price_to_explain(context, quote, |binder, memory| binder.bind(memory, input))
    }

    /// As [`RuleSet::explain_into`], for an input in JSON.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn explain_json_into(
        &self,
        context: &mut Context,
        text: &str,
        quote: &mut Quote,
    ) -> Result<Explanation, EvalError> {
        self.price_to_explain(context, quote, |binder, memory| binder.bind_json(memory, text))
    }

    /// As [`RuleSet::explain_into`], for an input in flat text fields.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn explain_fields_into(
        &self,
        context: &mut Context,
        fields: &[(&str, &str)],
        quote: &mut Quote,
    ) -> Result<Explanation, EvalError> {
        self.price_to_explain(context, quote, |binder, memory| binder.bind_fields(memory, fields))
    }

    /// The JSON Schema (2020-12) of the input.
    pub fn input_schema(&self) -> serde_json::Value {
        schema::input(self.program())
    }

    /// The JSON Schema (2020-12) of the quote.
    pub fn quote_schema(&self) -> serde_json::Value {
        schema::quote(self.program())
    }

    /// Runs the tests that stand beside the rules.
    ///
    /// ```
    /// let rules = ratewright::RuleSet::compile(r#"
    ///     ruleset parcel "Parcels" { currency USD }
    ///     input { weight : mass in lb }
    ///     charge BASE = 2.50 USD per lb * weight
    ///     test "two pounds" { given weight = 2 lb  expect total is 5 USD }
    /// "#)?;
    /// assert!(rules.test().passed());
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn test(&self) -> TestReport {
        testing::run(&self.inner.program, &self.inner.hosts, &self.inner.limits)
    }

    /// The slots of an input, in the memory.
    fn bind<'m>(
        &self,
        memory: &'m mut InputMemory,
        read: impl FnOnce(Binder<'_>, &'m mut InputMemory) -> Result<&'m [Value], EvalError>,
    ) -> Result<&'m [Value], EvalError> {
        let Inner { program, form, hosts, limits, .. } = &*self.inner;
        let limits_of_input = InputLimits { list_length: limits.list, ..InputLimits::default() };
        let default_of = |expr: &Expr| default_of(program, hosts, limits, expr);
        read(Binder::new(program, form, limits_of_input, &default_of), memory)
    }

    fn price<'m>(
        &self,
        context: &'m mut Context,
        quote: &mut Quote,
        read: impl FnOnce(Binder<'_>, &'m mut InputMemory) -> Result<&'m [Value], EvalError>,
    ) -> Result<(), EvalError> {
        let Inner { program, hosts, limits, .. } = &*self.inner;
        let slots = self.bind(&mut context.input, read).inspect_err(|_| quote.clear())?;
        eval::price(program, hosts, slots, limits, &mut context.scratch, quote, &mut Silent)
    }

    /// Reads an input, and prices it where `takes` says so of the day on which it is priced: none where the rule set has no such day.
    /// Gives whether it was priced; the quote is untouched where not.
    pub(crate) fn price_if(
        &self,
        context: &mut Context,
        input: &impl Sent,
        quote: &mut Quote,
        takes: impl FnOnce(Option<Date>) -> bool,
    ) -> Result<bool, EvalError> {
        let Inner { program, hosts, limits, .. } = &*self.inner;
        let slots = self.bind(&mut context.input, |binder, memory| input.read(binder, memory))?;
        if !takes(self.priced_on(slots)?) {
            return Ok(false);
        }
        eval::price(program, hosts, slots, limits, &mut context.scratch, quote, &mut Silent).map(|()| true)
    }

    /// Prices an input and records which rules and edges that met. After an error the quote is empty, and the path is what was met before.
    pub(crate) fn trace(
        &self,
        context: &mut Context,
        input: &impl Sent,
        quote: &mut Quote,
        (edges, path): (&Edges, &mut Path),
    ) -> Result<(), EvalError> {
        let Inner { program, hosts, limits, .. } = &*self.inner;
        let slots = match self.bind(&mut context.input, |binder, memory| input.read(binder, memory)) {
            Ok(slots) => slots,
            Err(error) => {
                quote.clear();
                Watch::nothing(edges, path);
                return Err(error);
            }
        };
        let mut watch = Watch::begin(edges, path, slots);
        let outcome = eval::price(program, hosts, slots, limits, &mut context.scratch, quote, &mut watch);
        watch.end(program, &context.scratch, &outcome);
        outcome
    }

    /// Prices values that have their types already, by slot; what is not given has its default. Records the way, and what decided on it.
    /// An error before anything was priced leaves no slots: the values are no input.
    pub(crate) fn scout<'c>(
        &self,
        context: &'c mut Context,
        given: Vec<(usize, Value)>,
        quote: &mut Quote,
        (edges, path, sights): (&Edges, &mut Path, &mut Sights),
    ) -> (&'c [Value], Result<(), EvalError>) {
        let Inner { program, hosts, limits, .. } = &*self.inner;
        let slots = match self.bind(&mut context.input, |binder, memory| binder.bind_values(memory, given)) {
            Ok(slots) => slots,
            Err(error) => {
                quote.clear();
                Watch::nothing(edges, path);
                return (&[], Err(error));
            }
        };
        let mut scout = Scout::begin(edges, path, sights, slots);
        let outcome = eval::price(program, hosts, slots, limits, &mut context.scratch, quote, &mut scout);
        scout.end(program, &context.scratch, &outcome);
        (slots, outcome)
    }

    /// The day on which an input is priced.
    fn priced_on(&self, slots: &[Value]) -> Result<Option<Date>, EvalError> {
        let Inner { program, hosts, limits, .. } = &*self.inner;
        let Some(expr) = &program.priced_on else { return Ok(None) };
        let plain = match expr.kind {
            ExprKind::Input(slot) => slots.get(usize::from(slot)),
            _ => None,
        };
        if let Some(Value::Date(day)) = plain {
            return Ok(Some(*day));
        }
        match eval::evaluate(program, hosts, slots, limits, (expr, program.locals))? {
            Value::Date(day) => Ok(Some(day)),
            _ => Ok(None),
        }
    }

    /// What tells this compiled rule set from all others that are held at the same time.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.inner).addr()
    }

    /// Whether it was made of the same texts as another, with the very same functions of the host and the same limits.
    pub(crate) fn is_made_alike(&self, other: &RuleSet) -> bool {
        let (one, other) = (&*self.inner, &*other.inner);
        let texts = |(_, file): (_, &'_ SourceFile)| (file.name.clone(), file.text.clone());
        let (texts, others) = (one.program.sources.files().map(texts), other.program.sources.files().map(texts));
        one.limits == other.limits && one.hosts.are(&other.hosts) && texts.eq(others)
    }

    fn price_to_explain<'m>(
        &self,
        context: &'m mut Context,
        quote: &mut Quote,
        read: impl FnOnce(Binder<'_>, &'m mut InputMemory) -> Result<&'m [Value], EvalError>,
    ) -> Result<Explanation, EvalError> {
        let slots = self.bind(&mut context.input, read).inspect_err(|_| quote.clear())?;
        Kept::price(self.inner.clone(), slots, &mut context.scratch, quote).map(Explanation::to_tell)
    }
}

impl Origin for Inner {
    fn rules(&self) -> (&Program, &Hosts, &Limits) {
        (&self.program, &self.hosts, &self.limits)
    }
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleSet").field("name", &self.name()).field("version", &self.version()).finish_non_exhaustive()
    }
}
