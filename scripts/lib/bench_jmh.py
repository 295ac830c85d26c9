"""The loops inside, measured by JMH: the classes *Benchmark of the tests."""
import json, os, pathlib, re, shutil, subprocess, tempfile

import bench_table

HEADING = "Inside"


def measure(home, java):
    """Compiles and runs them; returns the section."""
    try:
        return run(home, java)
    finally:
        leave_nothing(home)


def run(home, java):
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        paths, result = pathlib.Path(work, "paths"), pathlib.Path(work, "result")
        subprocess.run(["mvn", "-B", "-q", "-Pjmh", "-Dspotless.check.skip=true", f"-Dmdep.outputFile={paths}",
                        "test-compile", "dependency:build-classpath"], cwd=home, check=True)
        classes = os.pathsep.join([str(home / "target/test-classes"), str(home / "target/classes"), paths.read_text()])
        options = [word for word in (home / "scripts/drive.options").read_text().splitlines()
                   if re.match("--|-XX:(\\+Use.*GC|CompileCommand)", word)]
        subprocess.run([java, *options, "-cp", classes, "org.openjdk.jmh.Main", "-rf", "json", "-rff", result, "-jvmArgs",
                        " ".join(options)], check=True)
        return section(json.loads(result.read_text()))


def leave_nothing(home):
    """The usual build would compile what was generated, and by its rules."""
    for made in "generated-test-sources", "test-classes", "maven-status":
        shutil.rmtree(home / "target" / made, ignore_errors=True)


def section(found):
    lines = ["| | microseconds | ± |", "|---|---|---|"]
    for each in found:
        name = ".".join(each["benchmark"].split(".")[-2:]).replace("Benchmark.", ": ")
        given = " ".join(f"{value} {key}" for key, value in each.get("params", {}).items())
        score = each["primaryMetric"]
        lines.append(f"| {name} {given}".rstrip() + f" | {bench_table.number(score['score'])} | "
                     f"{bench_table.number(float(score['scoreError']))} |")
    return (f"## {HEADING}\n\n{bench_table.measured_on(['--jmh'])} One call; 5 iterations of a second after 3 that do not "
            "count.\n\n" + "\n".join(lines) + "\n")
