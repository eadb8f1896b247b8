//! DMN XML, versions 1.1 to 1.5, into a [`Model`]. The only reader of XML here.
//!
//! Document types, and with them entities, are not read; a file has a largest size, number of elements and depth. What the reader does not
//! know it passes over: diagrams, extensions, descriptions.

use super::model::{
    Decision, Feel, InputClause, InputData, Invocation, Item, Knowledge, Logic, Model, OutputClause, Parameter, Place,
    Rule, Table,
};
use super::report::NotDmn;
use super::screen;
use roxmltree::{Document, Node, ParsingOptions};

/// The largest file that is read.
pub(super) const LARGEST: usize = 64 * 1024 * 1024;
const MOST_ELEMENTS: u32 = 4_000_000;

/// The namespaces of DMN 1.1 to 1.5.
const NAMESPACES: [&str; 5] = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
];

pub(super) fn read(text: &str) -> Result<Model, NotDmn> {
    if text.len() > LARGEST {
        return Err(NotDmn::TooLarge);
    }
    if let Some(why) = screen::beyond(text) {
        return Err(NotDmn::Unreadable { why });
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_ELEMENTS, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|error| NotDmn::Unreadable { why: error.to_string() })?;
    let reader = Reader { places: Places::of(text) };
    let root = document.root_element();
    let namespace = root.tag_name().namespace().unwrap_or_default();
    if root.tag_name().name() != "definitions" {
        return Err(NotDmn::Another { root: root.tag_name().name().to_owned() });
    }
    if !NAMESPACES.contains(&namespace) {
        return Err(NotDmn::Version { namespace: namespace.to_owned() });
    }
    Ok(reader.model(root))
}

/// Where lines begin, so that a place costs a search and not a walk over the file.
struct Places<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at.saturating_add(1));
        Places { text, lines: std::iter::once(0).chain(ends).collect() }
    }

    fn at(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Place { line: number(line), column: number(column.saturating_add(1)) }
    }
}

struct Reader<'a> {
    places: Places<'a>,
}

type Element<'a, 'input> = Node<'a, 'input>;

fn is(node: Element<'_, '_>, name: &str) -> bool {
    node.is_element()
        && node.tag_name().name() == name
        && node.tag_name().namespace().is_some_and(|space| NAMESPACES.contains(&space))
}

fn child<'a, 'input>(node: Element<'a, 'input>, name: &str) -> Option<Element<'a, 'input>> {
    node.children().find(|child| is(*child, name))
}

fn children<'a, 'input>(node: Element<'a, 'input>, name: &'static str) -> impl Iterator<Item = Element<'a, 'input>> {
    node.children().filter(move |child| is(*child, name))
}

/// All text directly in an element, comments left out.
fn text_of(node: Element<'_, '_>) -> String {
    node.children().filter(|child| child.is_text()).filter_map(|child| child.text()).collect()
}

fn name_of(node: Element<'_, '_>) -> String {
    normal(node.attribute("name").unwrap_or_default())
}

/// What FEEL calls an input or decision: its variable's name, which should be its own.
fn variable_name(node: Element<'_, '_>) -> String {
    let name = child(node, "variable").map(name_of).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| name_of(node))
}

/// A name with single spaces.
pub(super) fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn type_ref(node: Element<'_, '_>) -> Option<String> {
    let text = node.attribute("typeRef").map(str::to_owned).or_else(|| child(node, "typeRef").map(text_of))?;
    let text = text.trim();
    (!text.is_empty()).then(|| normal(text))
}

impl Reader<'_> {
    fn place(&self, node: Element<'_, '_>) -> Place {
        self.places.at(node.range().start)
    }

    /// The FEEL in the `text` of an element, at the place where it begins.
    fn feel(&self, node: Element<'_, '_>) -> Feel {
        let stated = node.attribute("typeRef").map(normal);
        let Some(text) = child(node, "text") else {
            return Feel { text: String::new(), type_ref: stated, place: self.place(node) };
        };
        let start = text.first_child().map_or_else(|| text.range().start, |first| first.range().start);
        Feel { text: text_of(text).trim().to_owned(), type_ref: stated, place: self.places.at(start) }
    }

    fn model(&self, root: Element<'_, '_>) -> Model {
        let mut model = Model { name: name_of(root), ..Model::default() };
        for node in root.children().filter(Node::is_element) {
            match node.tag_name().name() {
                _ if !is(node, node.tag_name().name()) => {}
                "itemDefinition" => model.items.push(self.item(node)),
                "inputData" => model.inputs.push(self.input_data(node)),
                "decision" => model.decisions.push(self.decision(node)),
                "businessKnowledgeModel" => model.knowledge.push(self.knowledge(node)),
                "decisionService" => model.services.push((name_of(node), self.place(node))),
                "import" => {
                    let name = node.attribute("name").or_else(|| node.attribute("namespace")).unwrap_or_default();
                    model.imports.push((name.to_owned(), self.place(node)));
                }
                _ => {}
            }
        }
        model
    }

    fn item(&self, node: Element<'_, '_>) -> Item {
        Item {
            name: name_of(node),
            type_ref: type_ref(node),
            collection: node.attribute("isCollection") == Some("true"),
            allowed: child(node, "allowedValues").or_else(|| child(node, "typeConstraint")).map(|node| self.feel(node)),
            components: children(node, "itemComponent").map(|node| self.item(node)).collect(),
            function: child(node, "functionItem").is_some(),
            place: self.place(node),
        }
    }

    fn variable(node: Element<'_, '_>) -> Option<String> {
        child(node, "variable").and_then(type_ref)
    }

    fn input_data(&self, node: Element<'_, '_>) -> InputData {
        InputData {
            id: node.attribute("id").unwrap_or_default().to_owned(),
            name: name_of(node),
            variable: variable_name(node),
            type_ref: Self::variable(node),
            place: self.place(node),
        }
    }

    fn requires(node: Element<'_, '_>) -> Vec<String> {
        let kinds = ["informationRequirement", "knowledgeRequirement"];
        let requirements = node.children().filter(|child| kinds.iter().any(|kind| is(*child, kind)));
        let parts = requirements.flat_map(|requirement| requirement.children().filter(Node::is_element));
        parts.filter_map(|part| part.attribute("href")).map(|href| href.trim().to_owned()).collect()
    }

    fn decision(&self, node: Element<'_, '_>) -> Decision {
        Decision {
            id: node.attribute("id").unwrap_or_default().to_owned(),
            name: name_of(node),
            variable: variable_name(node),
            type_ref: Self::variable(node),
            requires: Self::requires(node),
            logic: self.logic(node),
            place: self.place(node),
        }
    }

    fn knowledge(&self, node: Element<'_, '_>) -> Knowledge {
        let body = child(node, "encapsulatedLogic");
        let kind = body.and_then(|body| body.attribute("kind")).unwrap_or("FEEL");
        let parameter = |node| Parameter { name: name_of(node), type_ref: type_ref(node) };
        Knowledge {
            id: node.attribute("id").unwrap_or_default().to_owned(),
            name: name_of(node),
            type_ref: Self::variable(node),
            requires: Self::requires(node),
            parameters: body.map_or_else(Vec::new, |body| children(body, "formalParameter").map(parameter).collect()),
            logic: match body {
                Some(body) if kind.eq_ignore_ascii_case("FEEL") => self.logic(body),
                Some(body) => Logic::Other("a function of another language", self.place(body)),
                None => Logic::None,
            },
            place: self.place(node),
        }
    }

    /// The expression that stands in an element.
    fn logic(&self, node: Element<'_, '_>) -> Logic {
        for part in node.children().filter(Node::is_element) {
            let name = part.tag_name().name();
            if !is(part, name) {
                continue;
            }
            return match name {
                "literalExpression" if foreign(part) => {
                    Logic::Other("an expression of another language", self.place(part))
                }
                "literalExpression" if child(part, "text").is_none() => Logic::None,
                "literalExpression" => Logic::Literal(self.feel(part)),
                "decisionTable" => Logic::Table(Box::new(self.table(part))),
                "invocation" => self.invocation(part),
                "context" => Logic::Other("a context", self.place(part)),
                "relation" => Logic::Other("a relation", self.place(part)),
                "list" => Logic::Other("a boxed list", self.place(part)),
                "functionDefinition" => Logic::Other("a boxed function", self.place(part)),
                "conditional" => Logic::Other("a boxed conditional", self.place(part)),
                "filter" => Logic::Other("a boxed filter", self.place(part)),
                "for" | "some" | "every" => Logic::Other("a boxed iteration", self.place(part)),
                _ => continue,
            };
        }
        Logic::None
    }

    fn invocation(&self, node: Element<'_, '_>) -> Logic {
        let callee = match self.logic(node) {
            Logic::Literal(callee) => callee,
            _ => return Logic::Other("an invocation of something that is no name", self.place(node)),
        };
        let binding = |binding: Element<'_, '_>| {
            let name = child(binding, "parameter").map(name_of).unwrap_or_default();
            (name, self.logic(binding), self.place(binding))
        };
        let bindings = children(node, "binding").map(binding).collect();
        Logic::Invocation(Box::new(Invocation { callee, bindings, type_ref: type_ref(node) }))
    }

    fn table(&self, node: Element<'_, '_>) -> Table {
        Table {
            policy: node.attribute("hitPolicy").unwrap_or("UNIQUE").trim().to_owned(),
            aggregation: node.attribute("aggregation").map(|name| name.trim().to_owned()),
            type_ref: type_ref(node),
            inputs: children(node, "input").map(|node| self.input_clause(node)).collect(),
            outputs: children(node, "output").map(|node| self.output_clause(node)).collect(),
            rules: children(node, "rule").map(|node| self.rule(node)).collect(),
            place: self.place(node),
        }
    }

    fn input_clause(&self, node: Element<'_, '_>) -> InputClause {
        let expression = child(node, "inputExpression");
        InputClause {
            expression: expression.map_or_else(
                || Feel { text: String::new(), type_ref: None, place: self.place(node) },
                |node| self.feel(node),
            ),
            type_ref: expression.and_then(type_ref),
            values: child(node, "inputValues").map(|node| self.feel(node)).filter(|feel| !feel.text.is_empty()),
            label: node.attribute("label").map(normal),
        }
    }

    fn output_clause(&self, node: Element<'_, '_>) -> OutputClause {
        OutputClause {
            name: node.attribute("name").map(normal).filter(|name| !name.is_empty()),
            type_ref: type_ref(node),
            values: child(node, "outputValues").map(|node| self.feel(node)).filter(|feel| !feel.text.is_empty()),
            default: child(node, "defaultOutputEntry").map(|node| self.feel(node)).filter(|feel| !feel.text.is_empty()),
            place: self.place(node),
        }
    }

    fn rule(&self, node: Element<'_, '_>) -> Rule {
        let annotations = children(node, "annotationEntry").map(|entry| self.feel(entry).text);
        let description = child(node, "description").map(text_of);
        let because: Vec<String> =
            annotations.chain(description).map(|text| normal(&text)).filter(|text| !text.is_empty()).collect();
        Rule {
            inputs: children(node, "inputEntry").map(|node| self.feel(node)).collect(),
            outputs: children(node, "outputEntry").map(|node| self.feel(node)).collect(),
            because: because.join("; "),
            place: self.place(node),
        }
    }
}

/// Whether an expression says that it is written in something other than FEEL.
fn foreign(node: Element<'_, '_>) -> bool {
    node.attribute("expressionLanguage").is_some_and(|name| !name.to_ascii_lowercase().contains("feel"))
}
