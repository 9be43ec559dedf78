//! The workflow files of this repository are valid.

use std::{fs, path::Path};

use hello_workflow::Workflow;

#[test]
fn the_workflows_of_this_repository_have_no_problems() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut count = 0;
    for folder in [".github/workflows", "backstage/skeleton/.github/workflows"] {
        for entry in fs::read_dir(root.join(folder)).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            let (workflow, problems) = Workflow::read(&fs::read(&path).expect("a file"));
            assert_eq!(problems, [], "{}", path.display());
            assert!(!workflow.jobs.is_empty() && !workflow.triggers.is_empty(), "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 5, "{count} files");
}
