use crate::support::Folder;

#[test]
fn each_template_checks_is_formatted_and_passes_its_test() {
    for template in ["parcel", "subscription"] {
        let folder = Folder::new();
        let ran = folder.run(&["new", "my.tariff-2026", "--template", template]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
        let file = "my.tariff-2026.rules";
        assert!(folder.read(file).contains("ruleset my.tariff_2026 "), "{}", folder.read(file));
        let ran = folder.run(&["check", file]);
        assert_eq!((ran.code, ran.err.as_str()), (0, "checked 1 file: no problems\n"), "{template}: {}", ran.out);
        let ran = folder.run(&["test", file]);
        assert_eq!(ran.code, 0, "{template}: {ran:?}");
        let ran = folder.run(&["fmt", "--check", file]);
        assert_eq!(ran.code, 0, "{template}: {ran:?}\n{}", {
            folder.run(&["fmt", file]);
            folder.read(file)
        });
    }
}

#[test]
fn a_file_that_exists_is_not_overwritten() {
    let folder = Folder::new();
    folder.write("rules/mine.rules", "precious");
    let ran = folder.run(&["new", "rules/mine"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: `rules/mine.rules` exists already and was left as it is\n"));
    assert_eq!(folder.read("rules/mine.rules"), "precious");
    assert_eq!(folder.run(&["new", "3parcels"]).code, 2);
}
