//! A record → a case, or the flaw that keeps it from being one.
//!
//! The input of a JSON record goes on as it was written, so that its numbers stay exact; cells of a CSV row go on as texts. A record is read
//! alone: what other records say of it, such as that its id was there before, others find.

use super::map::{AnswerMap, COLUMN, Map, Origin};
use super::records::{Content, Record};
use super::{Case, Cause, Flaw, Input, json};
use ratewright::diagnostic::did_you_mean;
use ratewright::migrate::{Answer, Line, Prices};
use ratewright::quote::Money;
use ratewright::value::{Currency, Number};
use serde_json::value::RawValue;

/// How records are read. Reading one needs nothing else, so that threads may share it.
#[derive(Debug, Clone)]
pub struct Reading {
    map: Map,
    /// The answer's parts, by the map or by the headings of the capture format.
    parts: AnswerMap,
    rows: Option<Rows>,
}

/// The frame of a CSV file.
#[derive(Debug, Clone)]
struct Rows {
    headings: Vec<String>,
    separator: u8,
    /// The headings that are inputs by their own name.
    inputs: Vec<usize>,
}

/// What a cell or a field is called in errors, and what was wrong with it.
type Found<T> = Result<T, (Cause, String)>;

/// The fields of a record, wherever they stand.
enum Fields<'r> {
    Json(&'r RawValue),
    Row(&'r [String], &'r csv::StringRecord),
}

/// What was asked again and answered, of which nothing need be there.
pub(super) struct Again {
    pub(super) id: Option<String>,
    pub(super) input: Option<Input>,
    pub(super) answer: Option<Answer>,
}

impl Fields<'_> {
    /// What a field says; none where it is empty or not there.
    fn text(&self, field: &str) -> Option<String> {
        match self {
            Fields::Json(text) => json::at(text, field).map(json::text),
            Fields::Row(headings, row) => {
                let at = headings.iter().position(|heading| heading == field)?;
                row.get(at).filter(|cell| !cell.is_empty()).map(str::to_owned)
            }
        }
    }
}

impl Reading {
    pub(super) fn of_lines(map: &Map) -> Reading {
        Reading { map: map.clone(), parts: map.answer.clone(), rows: None }
    }

    /// For a CSV file with these headings; what is wrong with them in words.
    pub(super) fn of_rows(first: Option<&Record>, map: &Map, separator: u8) -> Result<Reading, String> {
        let headings: Vec<String> = match first.map(|record| (&record.content, row(record, separator))) {
            Some((_, Ok(row))) => row.iter().map(|heading| heading.trim().to_owned()).collect(),
            Some((_, Err((_, why)))) => return Err(format!("its headings cannot be read: {why}")),
            None => return Err("the first line of a CSV file names the fields, and there is none".to_owned()),
        };
        for (at, heading) in headings.iter().enumerate() {
            if headings.iter().take(at).any(|before| before == heading) {
                return Err(format!("two columns are called `{heading}`"));
            }
        }
        if let [line] = headings.as_slice()
            && let Some(mark) = [';', '\t', ','].into_iter().find(|mark| line.contains(*mark))
        {
            let named = if mark == '\t' { "\\t".to_owned() } else { mark.to_string() };
            return Err(format!(
                "the first line is read as one column; say in a map what stands between columns: {{\"separator\": \"{named}\"}}"
            ));
        }
        if map.input.is_some() || map.answer.at.is_some() || map.answer.list.is_some() {
            return Err("`input`, `answer.at` and `answer.list` of a map are for JSON: name columns".to_owned());
        }
        let parts = match map.answer.has_parts() {
            true => map.answer.clone(),
            false => AnswerMap { currency: map.answer.currency.clone(), ..AnswerMap::of_headings(&headings)? },
        };
        let names = [&map.id, &map.key, &map.segment, &map.time].into_iter().flatten().map(String::as_str);
        for named in names.chain(origins_of(map)).chain(parts.fields()) {
            if !headings.iter().any(|heading| heading == named) {
                let near = did_you_mean(named, headings.iter().map(String::as_str));
                let help = near.map_or_else(
                    || format!("the columns are {}", headings.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(format!("there is no column `{named}`: {help}"));
            }
        }
        let mut reading = Reading { map: map.clone(), parts, rows: None };
        let is_left_over =
            |heading: &&String| heading.starts_with(COLUMN) && !reading.names().any(|name| name == *heading);
        if let Some(left_over) =
            headings.iter().find(|heading| is_left_over(heading) && !origins_of(map).any(|from| from == *heading))
        {
            return Err(format!(
                "the column `{left_over}` would be neither an input nor the answer: name it in the map, or call it otherwise"
            ));
        }
        let is_input = |heading: &String| !heading.starts_with(COLUMN) && !reading.names().any(|name| name == heading);
        let inputs = headings.iter().enumerate().filter(|(_, heading)| map.inputs.is_empty() && is_input(heading));
        let inputs = inputs.map(|(at, _)| at).collect();
        reading.rows = Some(Rows { headings, separator, inputs });
        Ok(reading)
    }

    /// Every field that is no input.
    fn names(&self) -> impl Iterator<Item = &str> {
        let Map { id, key, segment, time, .. } = &self.map;
        let own = [(id, "id"), (key, "key"), (segment, "segment"), (time, "time")];
        own.into_iter().map(|(named, usual)| named.as_deref().unwrap_or(usual)).chain(self.parts.fields())
    }

    /// Members of a JSON record that nothing reads and that are called nearly as a field of the capture format that it lacks.
    pub(super) fn misspelt(&self, record: &Record) -> Vec<(String, &'static str)> {
        let Some(value) = text(record).ok().and_then(|text| serde_json::from_str::<&RawValue>(text).ok()) else {
            return Vec::new();
        };
        let members = json::members(value).unwrap_or_default();
        let has = |name: &str| members.iter().any(|(member, _)| member == name);
        let Map { id, key, segment, time, input, inputs, .. } = &self.map;
        let frame = [
            ("id", id.is_some()),
            ("key", key.is_some()),
            ("segment", segment.is_some()),
            ("time", time.is_some()),
            ("input", input.is_some() || !inputs.is_empty()),
            ("answer", self.parts.at.is_some() || self.parts.has_parts()),
        ];
        let lacking: Vec<&'static str> =
            frame.iter().filter(|(name, mapped)| !mapped && !has(name)).map(|(name, _)| *name).collect();
        let read: Vec<&str> = frame
            .iter()
            .map(|(name, _)| *name)
            .chain(self.names())
            .chain(input.as_deref())
            .chain(self.parts.at.as_deref())
            .chain(self.parts.list.as_ref().map(|list| list.at.as_str()))
            .chain(origins_of(&self.map))
            .filter_map(|path| path.split(['.', '[']).next())
            .collect();
        let strange = members.iter().filter(|(member, _)| !read.contains(&&**member));
        let near = strange.filter_map(|(member, _)| {
            let near = did_you_mean(member, lacking.iter().copied())?;
            Some((member.to_string(), *lacking.iter().find(|name| **name == near)?))
        });
        near.collect()
    }

    /// The inputs that cases have by the headings of a CSV file or by the map; none of a JSON file whose records hold whole inputs.
    pub fn inputs(&self) -> Vec<&str> {
        let mapped = self.map.inputs.keys().map(String::as_str);
        let rows = self.rows.iter();
        let own = rows.flat_map(|rows| rows.inputs.iter().filter_map(|at| rows.headings.get(*at)).map(String::as_str));
        mapped.chain(own).collect()
    }

    /// Reads a case.
    ///
    /// # Errors
    /// It is none.
    pub fn case(&self, record: &Record) -> Result<Case, Flaw> {
        self.read(record, |fields, names| {
            let input = self.input(fields)?;
            let answer = self.answer(fields)?;
            let [id, key, segment, time] = names;
            Ok(Case { line: record.line, id, key, segment, time, input, answer })
        })
    }

    /// Reads the id and the answer of a record of a file of answers.
    ///
    /// # Errors
    /// It has none that can be read.
    pub fn answer_alone(&self, record: &Record) -> Result<(Option<String>, Option<Answer>), Flaw> {
        let read = self.read(record, |fields, [id, ..]| Ok((id, self.answer(fields)?)));
        read.map_err(|flaw| Flaw { of_answers: true, ..flaw })
    }

    /// As [`Reading::answer_alone`], with the input, where the record has one: what was asked again.
    ///
    /// # Errors
    /// It has none that can be read.
    pub(super) fn asked_again(&self, record: &Record) -> Result<Again, Flaw> {
        let read = self.read(record, |fields, [id, ..]| {
            let input = match self.input(fields) {
                Err((Cause::NoInput, _)) => None,
                input => Some(input?).filter(|input| !input.is_nothing()),
            };
            Ok(Again { id, input, answer: self.answer(fields)? })
        });
        read.map_err(|flaw| Flaw { of_answers: true, ..flaw })
    }

    fn read<T>(
        &self,
        record: &Record,
        take: impl FnOnce(&Fields<'_>, [Option<String>; 4]) -> Found<T>,
    ) -> Result<T, Flaw> {
        let mut named = None;
        let take = |fields: Fields<'_>| {
            let Map { id, key, segment, time, .. } = &self.map;
            let own = [(id, "id"), (key, "key"), (segment, "segment"), (time, "time")];
            let names = own.map(|(named, usual)| fields.text(named.as_deref().unwrap_or(usual)));
            named = names.first().cloned().flatten();
            take(&fields, names)
        };
        let read = match &self.rows {
            Some(rows) => row(record, rows.separator).and_then(|row| {
                if row.len() != rows.headings.len() {
                    let why = format!("the row has {} cells, the headings are {}", row.len(), rows.headings.len());
                    return Err((Cause::Unreadable, why));
                }
                take(Fields::Row(&rows.headings, &row))
            }),
            None => text(record).and_then(|text| {
                let unreadable = |why| (Cause::Unreadable, format!("this is no JSON object: {why}"));
                let value: &RawValue = serde_json::from_str(text).map_err(|error| unreadable(json::words(&error)))?;
                json::check_object(value).map_err(unreadable)?;
                take(Fields::Json(value))
            }),
        };
        read.map_err(|(cause, words)| Flaw { line: record.line, of_answers: false, id: named, cause, words })
    }

    fn input(&self, fields: &Fields<'_>) -> Found<Input> {
        let none = || (Cause::NoInput, "it has no input".to_owned());
        match fields {
            Fields::Json(record) if self.map.inputs.is_empty() => {
                let input = json::at(record, self.map.input.as_deref().unwrap_or("input")).ok_or_else(none)?;
                let not = |why| (Cause::NoInput, format!("its input is no JSON object: {why}"));
                json::check_object(input).map_err(not)?;
                Ok(Input::Json(input.get().to_owned()))
            }
            Fields::Json(record) => {
                let mut object = String::from("{");
                for (name, origin) in &self.map.inputs {
                    let value = match &origin.from {
                        Some(from) => match json::at(record, from) {
                            Some(found) => mapped_json(origin, from, found)?,
                            None => continue,
                        },
                        None => origin.value.as_deref().map(RawValue::get).unwrap_or("null").to_owned(),
                    };
                    let before = if object.len() > 1 { "," } else { "" };
                    object.push_str(&format!("{before}{}:{value}", serde_json::Value::from(name.as_str())));
                }
                object.push('}');
                Ok(Input::Json(object))
            }
            Fields::Row(headings, row) => {
                let own = self.rows.iter().flat_map(|rows| &rows.inputs);
                let own = own.filter_map(|at| Some((headings.get(*at)?.clone(), row.get(*at)?.to_owned())));
                let mut taken: Vec<(String, String)> = own.collect();
                for (name, origin) in &self.map.inputs {
                    let text = match &origin.from {
                        Some(from) => match fields.text(from) {
                            Some(text) => mapped_text(origin, from, &text)?,
                            None => continue,
                        },
                        None => origin.value.as_deref().map(json::text).unwrap_or_default(),
                    };
                    taken.push((name.clone(), text));
                }
                Ok(Input::Fields(taken))
            }
        }
    }

    fn answer(&self, fields: &Fields<'_>) -> Found<Option<Answer>> {
        if let Fields::Json(record) = fields
            && !self.parts.has_parts()
        {
            let Some(answer) = json::at(record, self.parts.at.as_deref().unwrap_or("answer")) else { return Ok(None) };
            let wrong = |error| (Cause::WrongAnswer, format!("its answer cannot be read: {}", json::words(&error)));
            return serde_json::from_str(answer.get()).map(Some).map_err(wrong);
        }
        let parts = &self.parts;
        let of = |field: &Option<String>| field.as_deref().and_then(|field| fields.text(field));
        let currency = of(&parts.currency_from).or_else(|| parts.currency.clone());
        let prices = self.prices(fields, currency.as_deref())?;
        let nothing = |money: &Money| money.amount.is_zero();
        let no_amounts = prices.lines.iter().map(|line| &line.amount).chain(&prices.totals).all(nothing);
        match (of(&parts.refused), of(&parts.failed)) {
            (Some(_), Some(_)) => Err((Cause::WrongAnswer, "its answer both refuses and fails".to_owned())),
            (Some(_), None) | (None, Some(_)) if !no_amounts => {
                Err((Cause::WrongAnswer, "its answer has both amounts and a refusal or a failure".to_owned()))
            }
            (Some(code), None) => Ok(Some(Answer::refused(code, of(&parts.words).unwrap_or_default()))),
            (None, Some(words)) => Ok(Some(Answer::failed(words))),
            (None, None) if prices.lines.is_empty() && prices.totals.is_empty() => Ok(None),
            (None, None) => Ok(Some(Answer::Priced(prices))),
        }
    }

    fn prices(&self, fields: &Fields<'_>, currency: Option<&str>) -> Found<Prices> {
        let mut prices = Prices::new();
        for (code, field) in &self.parts.lines {
            if let Some(text) = fields.text(field) {
                prices = prices.line(code, money(field, &text, currency)?);
            }
        }
        if let (Some(list), Fields::Json(record)) = (&self.parts.list, fields)
            && let Some(found) = json::at(record, &list.at)
        {
            let no_list = || (Cause::WrongAnswer, format!("`{}` is no list", list.at));
            for line in json::elements(found).ok_or_else(no_list)? {
                let part = |field: &str| json::at(line, field).map(json::text);
                let lacks = |field: &str| (Cause::WrongAnswer, format!("a line of `{}` has no `{field}`", list.at));
                let charge = part(&list.charge).ok_or_else(|| lacks(&list.charge))?;
                let amount = part(&list.amount).ok_or_else(|| lacks(&list.amount))?;
                let own = list.currency.as_deref().and_then(part);
                let amount = money(&list.amount, &amount, own.as_deref().or(currency))?;
                prices.lines.push(Line { charge, amount, item: None });
            }
        }
        if let Some((field, text)) = self.parts.total.as_deref().and_then(|field| Some((field, fields.text(field)?))) {
            prices = prices.total(money(field, &text, currency)?);
        }
        Ok(prices)
    }
}

/// The fields that inputs come from.
fn origins_of(map: &Map) -> impl Iterator<Item = &str> {
    map.inputs.values().filter_map(|origin| origin.from.as_deref())
}

/// An amount that names its currency, or has that of the others.
fn money(field: &str, text: &str, currency: Option<&str>) -> Found<Money> {
    let wrong = |why: String| (Cause::WrongAnswer, why);
    if text.contains(' ') {
        return text.parse().map_err(|error| wrong(format!("`{field}`: {error}")));
    }
    let Some(code) = currency else {
        return Err(wrong(format!(
            "`{field}` is `{text}` without a currency: say it in the map, or in `answer.currency`"
        )));
    };
    let currency = Currency::parse(code).ok_or_else(|| wrong(format!("`{code}` is no currency")))?;
    let amount = Number::parse_exact(text)
        .map_err(|_| wrong(format!("`{field}` is `{text}`, and an amount is a number such as 1234.50")))?;
    Ok(Money { amount, currency })
}

/// What a cell comes to by the map.
fn mapped_text(origin: &Origin, field: &str, text: &str) -> Found<String> {
    let value = match origin.values.get(text) {
        Some(value) => value.as_str(),
        None if origin.values.is_empty() => text,
        None => return Err((Cause::NotAsMapped, format!("`{field}` is `{text}`, for which the map has no value"))),
    };
    Ok(match &origin.unit {
        Some(unit) if unit == "%" => format!("{value}%"),
        Some(unit) => format!("{value} {unit}"),
        None => value.to_owned(),
    })
}

/// What a JSON value comes to by the map.
fn mapped_json(origin: &Origin, field: &str, value: &RawValue) -> Found<String> {
    if origin.values.is_empty() && origin.unit.is_none() {
        return Ok(value.get().to_owned());
    }
    Ok(serde_json::Value::from(mapped_text(origin, field, &json::text(value))?).to_string())
}

fn text(record: &Record) -> Found<&str> {
    match &record.content {
        Content::Bytes(bytes) => std::str::from_utf8(bytes).map_err(|error| {
            (Cause::Unreadable, format!("it is not UTF-8 text, from byte {} on", error.valid_up_to()))
        }),
        Content::TooLong => Err((Cause::TooLong, "the record is longer than one may be".to_owned())),
        Content::OpenQuote => Err((Cause::TooLong, "a quote is opened here and not closed".to_owned())),
    }
}

fn row(record: &Record, separator: u8) -> Found<csv::StringRecord> {
    let text = text(record)?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut row = csv::StringRecord::new();
    reader.read_record(&mut row).map_err(|error| (Cause::Unreadable, error.to_string()))?;
    Ok(row)
}
